-- Which run a run follows, and what for: 'retry', 'send' or 'undo'.
ALTER TABLE runs ADD COLUMN follows_run BIGINT;
ALTER TABLE runs ADD COLUMN follows_as TEXT;
CREATE INDEX runs_by_followed ON runs (project_id, follows_run) WHERE follows_run IS NOT NULL;

-- Which runs had a desktop.
CREATE INDEX run_desktops_by_desktop ON run_desktops (project_id, desktop_id, number);
