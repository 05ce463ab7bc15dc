//! A disk that a run is saved on.

use std::collections::BTreeMap;

use domain::maintenance::run::{Changes, Head, Run, RunDesktop};

/// What is on disk: everything goes through JSON.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    head: String,
    rows: BTreeMap<u32, String>,
}

impl Disk {
    pub fn save(&mut self, run: &mut Run) -> Changes {
        let changes = run.take_changes();
        self.head = serde_json::to_string(&changes.head).unwrap();
        for (row, desktop) in &changes.rows {
            self.rows.insert(*row, serde_json::to_string(desktop).unwrap());
        }
        changes
    }

    pub fn load(&self) -> Run {
        let head: Head = serde_json::from_str(&self.head).unwrap();
        let rows: Vec<RunDesktop> = self.rows.values().map(|row| serde_json::from_str(row).unwrap()).collect();
        Run::restore(head, rows)
    }
}
