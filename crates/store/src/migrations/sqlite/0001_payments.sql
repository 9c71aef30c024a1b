CREATE TABLE payments (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    shop INTEGER NOT NULL,
    wake_at INTEGER,
    state TEXT NOT NULL,
    terms TEXT NOT NULL,
    extra TEXT NOT NULL
);
CREATE INDEX payments_due ON payments (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE events (
    payment INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (payment, version)
) WITHOUT ROWID;

CREATE TABLE entries (
    payment INTEGER NOT NULL,
    version INTEGER NOT NULL,
    line INTEGER NOT NULL,
    account_kind INTEGER NOT NULL,
    account_owner INTEGER NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (payment, version, line)
) WITHOUT ROWID;

CREATE TABLE claims (
    scope INTEGER NOT NULL,
    key BLOB NOT NULL,
    owner INTEGER NOT NULL,
    version INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) WITHOUT ROWID;

CREATE TABLE notifications (
    id INTEGER PRIMARY KEY,
    payment INTEGER NOT NULL,
    version INTEGER NOT NULL,
    url TEXT NOT NULL,
    destination TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER
);
CREATE INDEX notifications_of ON notifications (payment);
CREATE INDEX notifications_due ON notifications (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE attempts (
    notification INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    elapsed_ms INTEGER NOT NULL,
    PRIMARY KEY (notification, number)
) WITHOUT ROWID;

CREATE TABLE records (
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    merchant INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
