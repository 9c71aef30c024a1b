CREATE INDEX claims_at ON claims (at);
