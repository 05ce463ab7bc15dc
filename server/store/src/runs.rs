//! The port [`Runs`] on SQL.

mod confirm;
mod follow_ups;
mod named;
mod read;
mod rows;
mod save;

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::desktop::DesktopId;
use domain::maintenance::run::Changes;
use domain::time::Timestamp;
use service::ports::{
    Confirmation, Confirmed, Follower, Held, Reopening, RunKey, RunSummary, Runs, StoreError, StoredRun,
};
use service::review::Review;
use service::secret::Credential;

use crate::Store;
use crate::credentials;
use crate::failure::{from_json, number, to_json};
use crate::statement::query;

#[async_trait]
impl Runs for Store {
    async fn keep_review(&self, review: &Review) -> Result<(), StoreError> {
        let json = to_json(review)?;
        let statement = query("INSERT INTO reviews (id, project_id, frozen_at, review) VALUES ($1, $2, $3, $4)")
            .bind(&review.id)
            .bind(&review.project.id)
            .bind(review.frozen_at.0)
            .bind(&json);
        self.db.write(statement).await?;
        Ok(())
    }

    async fn review(&self, project_id: &str, id: &str) -> Result<Option<(Review, Option<RunKey>)>, StoreError> {
        let row: Option<(String, Option<i64>)> = query(
            "SELECT reviews.review, runs.number
             FROM reviews LEFT JOIN runs ON runs.review_id = reviews.id AND runs.project_id = reviews.project_id
             WHERE reviews.id = $1 AND reviews.project_id = $2",
        )
        .bind(id)
        .bind(project_id)
        .optional(self.db.reader())
        .await?;
        let Some((json, started)) = row else { return Ok(None) };
        let started = started.map(|run| number("run", run)).transpose()?;
        let key = started.map(|number| RunKey { project_id: project_id.to_owned(), number });
        Ok(Some((from_json("review", &json)?, key)))
    }

    async fn give_credential(&self, key: &RunKey, credential: &Credential) -> Result<(), StoreError> {
        let sealed = credentials::seal(&self.keys, credential)?;
        let mut transaction = self.db.begin().await?;
        credentials::give(&mut transaction, key, &sealed).await?;
        transaction.commit().await
    }

    async fn confirm(&self, confirmation: &Confirmation) -> Result<Confirmed, StoreError> {
        confirm::confirm(self, confirmation).await
    }

    async fn save(&self, key: &RunKey, changes: &Changes, at: Timestamp) -> Result<(), StoreError> {
        save::save(&self.db, key, changes, at).await
    }

    async fn open_runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        read::open_runs(&self.db).await
    }

    async fn run(&self, key: &RunKey) -> Result<Option<StoredRun>, StoreError> {
        read::run(&self.db, key).await
    }

    async fn history(&self, project_id: &str, offset: u32, limit: u32) -> Result<(Vec<RunSummary>, u32), StoreError> {
        read::history(&self.db, project_id, offset, limit).await
    }

    async fn held(&self, project_id: &str, ids: &[DesktopId]) -> Result<Vec<Held>, StoreError> {
        let mut transaction = self.db.look().await?;
        rows::held(&mut transaction, project_id, ids).await
    }

    async fn followers(&self, key: &RunKey) -> Result<Vec<Follower>, StoreError> {
        follow_ups::followers(self, key).await
    }

    async fn reopen(&self, reopening: &Reopening) -> Result<bool, StoreError> {
        follow_ups::reopen(self, reopening).await
    }

    async fn take_claims(&self, key: &RunKey, ids: &[DesktopId]) -> Result<Vec<Held>, StoreError> {
        follow_ups::take_claims(self, key, ids).await
    }

    async fn named_later(&self, key: &RunKey, ids: &[DesktopId]) -> Result<BTreeMap<DesktopId, u32>, StoreError> {
        let mut transaction = self.db.look().await?;
        follow_ups::named_later(&mut transaction, key, ids).await
    }

    async fn recently_named(
        &self,
        project_id: &str,
        ids: &[DesktopId],
        since: Timestamp,
    ) -> Result<BTreeMap<DesktopId, Timestamp>, StoreError> {
        let mut transaction = self.db.look().await?;
        named::recently(&mut transaction, project_id, ids, since).await
    }
}
