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
CREATE INDEX sessions_by_sign_in ON sessions (sign_in) WHERE sign_in IS NOT NULL;

-- Sign-ins by password that failed or are under way. The keys are SHA-256 in hexadecimal: what was typed may be long, and
-- may be a password in the wrong field.
CREATE TABLE sign_in_tries (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    user_key TEXT NOT NULL,
    person_key TEXT,
    peer_key TEXT
);
CREATE INDEX sign_in_tries_by_user ON sign_in_tries (user_key, at);
CREATE INDEX sign_in_tries_by_person ON sign_in_tries (person_key, at) WHERE person_key IS NOT NULL;
CREATE INDEX sign_in_tries_by_peer ON sign_in_tries (peer_key, at) WHERE peer_key IS NOT NULL;
CREATE INDEX sign_in_tries_by_age ON sign_in_tries (at);
