-- The cloud user as whom a credential's person works: behind a single sign-on they are two.
ALTER TABLE credentials ADD COLUMN cloud_user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN cloud_user_name TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN cloud_user_account TEXT NOT NULL DEFAULT '';

-- Who else it was, where the request came from, and why.
ALTER TABLE audit ADD COLUMN cloud_user TEXT;
ALTER TABLE audit ADD COLUMN came_from TEXT;
ALTER TABLE audit ADD COLUMN why TEXT;
CREATE INDEX audit_by_project ON audit (project_id, seq);

-- What a person sees of their sessions.
ALTER TABLE sessions ADD COLUMN name TEXT;
ALTER TABLE sessions ADD COLUMN account TEXT;
ALTER TABLE sessions ADD COLUMN signed_in_at BIGINT;
ALTER TABLE sessions ADD COLUMN came_from TEXT;
ALTER TABLE sessions ADD COLUMN browser TEXT;
CREATE INDEX sessions_by_person ON sessions (issuer, subject);

-- Sign-ins by password that failed or are under way.
CREATE TABLE sign_in_tries (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    account TEXT NOT NULL,
    user_name TEXT NOT NULL,
    issuer TEXT,
    subject TEXT,
    peer TEXT
);
CREATE INDEX sign_in_tries_by_user ON sign_in_tries (account, user_name);
CREATE INDEX sign_in_tries_by_person ON sign_in_tries (issuer, subject) WHERE subject IS NOT NULL;
CREATE INDEX sign_in_tries_by_peer ON sign_in_tries (peer) WHERE peer IS NOT NULL;
CREATE INDEX sign_in_tries_by_age ON sign_in_tries (at);
