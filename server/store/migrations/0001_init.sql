-- Only TEXT and BIGINT, so that one text serves every database. Moments are milliseconds since 1970-01-01T00:00:00Z,
-- JSON and sealed bytes (base64) are TEXT.

-- The last number given out, by what is counted: 'audit', and 'runs/' with a project's id.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- The key is the SHA-256 of the cookie's id in hexadecimal: a stolen database opens no session.
CREATE TABLE sessions (
    key TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    sign_in TEXT,
    issuer TEXT,
    subject TEXT,
    created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Cloud tokens, sealed. A run's own credential names its run.
CREATE TABLE credentials (
    id TEXT NOT NULL PRIMARY KEY,
    sealed_token TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    account TEXT NOT NULL,
    project_id TEXT NOT NULL,
    project_name TEXT NOT NULL,
    project_region TEXT NOT NULL,
    sign_in TEXT NOT NULL,
    run_project_id TEXT,
    run_number BIGINT,
    ends_at BIGINT NOT NULL
);
CREATE INDEX credentials_by_sign_in ON credentials (sign_in);
CREATE INDEX credentials_by_run ON credentials (run_project_id, run_number) WHERE run_number IS NOT NULL;

-- Sign-ins that were ended: a request that was under way keeps no credential for them any more.
CREATE TABLE ended_sign_ins (
    sign_in TEXT NOT NULL PRIMARY KEY,
    noticed_at BIGINT
);

CREATE TABLE reviews (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL,
    frozen_at BIGINT NOT NULL,
    review TEXT NOT NULL
);
CREATE INDEX reviews_by_age ON reviews (frozen_at);

-- A run is open while it has no ended_at.
CREATE TABLE runs (
    project_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    review_id TEXT NOT NULL UNIQUE,
    project_name TEXT NOT NULL,
    project_region TEXT NOT NULL,
    mode TEXT NOT NULL,
    operator TEXT NOT NULL,
    request TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    phase TEXT NOT NULL,
    counts TEXT NOT NULL,
    head TEXT NOT NULL,
    credential_id TEXT,
    PRIMARY KEY (project_id, number)
);
CREATE INDEX runs_open ON runs (started_at) WHERE ended_at IS NULL;
CREATE INDEX runs_by_credential ON runs (credential_id) WHERE credential_id IS NOT NULL;

-- One row per reviewed desktop; state is the whole row of the state machine.
CREATE TABLE run_desktops (
    project_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    position BIGINT NOT NULL,
    desktop_id TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (project_id, number, position),
    FOREIGN KEY (project_id, number) REFERENCES runs (project_id, number)
);

-- The one open run that holds a desktop.
CREATE TABLE claims (
    project_id TEXT NOT NULL,
    desktop_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (project_id, desktop_id),
    FOREIGN KEY (project_id, number) REFERENCES runs (project_id, number)
);
CREATE INDEX claims_by_run ON claims (project_id, number);

-- When a PUT of any run last named a desktop.
CREATE TABLE named_desktops (
    project_id TEXT NOT NULL,
    desktop_id TEXT NOT NULL,
    named_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, desktop_id)
);

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    issuer TEXT,
    subject TEXT,
    name TEXT,
    account TEXT,
    project_id TEXT,
    run BIGINT,
    action TEXT NOT NULL
);
