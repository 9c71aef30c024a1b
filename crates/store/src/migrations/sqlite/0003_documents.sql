CREATE TABLE documents (
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    wake_at INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX documents_of ON documents (kind, parent, id);
CREATE INDEX documents_due ON documents (kind, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX entries_of ON entries (account_kind, account_owner, currency, at, payment, version, line);
DROP INDEX claims_at;
CREATE INDEX claims_by_age ON claims (scope, at);
