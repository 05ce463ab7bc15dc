//! How a run begins: every reviewed desktop is read again before anything is sent.

use std::collections::{BTreeMap, VecDeque};

use super::limits::{PUTS_BESIDE, PUTS_PER_DESKTOP};
use super::permission::Right;
use super::{DesktopState, Head, Limits, Phase, Run, RunDesktop};
use crate::desktop::DesktopId;
use crate::maintenance::follow_up::{FollowUp, Origin};
use crate::maintenance::plan::Plan;
use crate::maintenance::report::Counts;
use crate::time::Timestamp;

/// What a run is started with.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The reviewed set.
    pub plan: &'a Plan,
    /// The limits it keeps to its end.
    pub limits: Limits,
    /// When a call of any run named a desktop last.
    pub recently_named: &'a BTreeMap<DesktopId, Timestamp>,
    /// When the operator wants the desktops back.
    pub until: Option<Timestamp>,
    /// Which run it follows, and what for.
    pub origin: Option<Origin>,
}

impl Run {
    /// Starts a run of a reviewed plan. `recently_named` says when a call of any run named a desktop last; `until` is
    /// when the operator wants the desktops back.
    pub fn start(
        plan: &Plan,
        limits: Limits,
        recently_named: &BTreeMap<DesktopId, Timestamp>,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        Self::start_as(&Start { plan, limits, recently_named, until, origin: None }, now)
    }

    /// Starts a run, which may follow another one.
    pub fn start_as(start: &Start<'_>, now: Timestamp) -> Self {
        let Start { plan, limits, recently_named, until, origin } = *start;
        let mut rows = Vec::with_capacity(plan.desktops.len());
        let mut known = std::collections::BTreeSet::new();
        for planned in &plan.desktops {
            if known.insert(&planned.id) {
                rows.push(RunDesktop::new(planned, recently_named.get(&planned.id).copied(), now));
            }
        }
        let mut counts = Counts::default();
        for _ in &rows {
            counts.add(DesktopState::Waiting);
        }
        let head = Head {
            mode: plan.mode,
            limits,
            phase: Phase::Checking,
            started_at: now,
            until,
            until_waived: false,
            paused_at: None,
            ended_at: None,
            bar: None,
            counts,
            unchecked: counts.waiting,
            next_step: 1,
            next_batch: 0,
            next_part: 0,
            cursor: 0,
            parts: VecDeque::new(),
            held: Vec::new(),
            in_flight: Vec::new(),
            puts_not_before: None,
            reads_not_before: None,
            reads_stalled: 0,
            trouble_since: None,
            taken: 0,
            resumed_at: None,
            puts: 0,
            puts_allowed: PUTS_PER_DESKTOP * u64::from(counts.waiting) + PUTS_BESIDE,
            puts_sent: 0,
            reads_sent: 0,
            origin,
            pauses: 0,
            right: Right::default(),
            size_limit: None,
            sizes: BTreeMap::new(),
        };
        let mut run = Self::restore(head, rows);
        run.dirty.extend(run.all());
        run.advance(now);
        run
    }

    /// An undo sends whatever a read shows: the change that it undoes may not show yet.
    pub(super) fn always_sends(&self) -> bool {
        self.head.origin.is_some_and(|origin| origin.kind == FollowUp::Undo)
    }

    /// Leaves Checking when every open desktop was read.
    pub(super) fn finish_checking(&mut self) {
        if self.head.phase == Phase::Checking && self.head.unchecked == 0 {
            let mut parts = std::mem::take(&mut self.head.parts);
            for part in &mut parts {
                part.rows.retain(|row| self.row(*row).is_open());
            }
            parts.retain(|part| !part.rows.is_empty());
            self.head.parts = parts;
            self.head.phase = Phase::Running;
        }
    }
}
