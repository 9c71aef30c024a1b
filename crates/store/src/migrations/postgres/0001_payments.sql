CREATE TABLE payments (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    shop BIGINT NOT NULL,
    wake_at BIGINT,
    state TEXT NOT NULL,
    terms TEXT NOT NULL,
    extra TEXT NOT NULL
);
CREATE INDEX payments_due ON payments (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE events (
    payment BIGINT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (payment, version)
);

CREATE TABLE entries (
    payment BIGINT NOT NULL,
    version BIGINT NOT NULL,
    line BIGINT NOT NULL,
    account_kind SMALLINT NOT NULL,
    account_owner BIGINT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (payment, version, line)
);

CREATE TABLE claims (
    scope SMALLINT NOT NULL,
    key BYTEA NOT NULL,
    owner BIGINT NOT NULL,
    version BIGINT NOT NULL,
    fingerprint BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE notifications (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment BIGINT NOT NULL,
    version BIGINT NOT NULL,
    url TEXT NOT NULL,
    destination TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT
);
CREATE INDEX notifications_of ON notifications (payment);
CREATE INDEX notifications_due ON notifications (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE attempts (
    notification BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    status BIGINT,
    error TEXT,
    elapsed_ms BIGINT NOT NULL,
    PRIMARY KEY (notification, number)
);

CREATE TABLE records (
    kind SMALLINT NOT NULL,
    id BIGINT NOT NULL,
    merchant BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
