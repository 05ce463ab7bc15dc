//! A cloud in which nobody else changes the desktops, in virtual time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use domain::desktop::{DesktopId, Power, Reading, Session};
use domain::maintenance::Mode;
use domain::maintenance::outcome::{Answer, Body, CloudError, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::maintenance::plan::{Plan, PlannedDesktop};
use domain::maintenance::run::{Call, Outcome, Step};
use domain::time::Timestamp;

/// How the cloud treats every PUT that names a desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    Willing,
    Refuses {
        status: u16,
        code: &'static str,
    },
    /// Refuses with a conflict what it was already told.
    RefusesWhatHolds,
    /// Answers 500 each time and does nothing, with or without an `error_code`.
    Breaks {
        code: Option<&'static str>,
    },
    /// The list and its own GET do not hold it.
    Gone,
}

/// What goes wrong with one call, whatever is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Throttled {
        retry_after: Option<Duration>,
    },
    SignIn,
    NotSentOut,
    LostBefore,
    /// Takes effect that much later, without an answer.
    LostAfter {
        late: Duration,
    },
    /// Takes effect, and answers 500 with an `error_code`.
    ErrorAfter,
    ErrorBefore,
}

#[derive(Clone, Debug)]
pub struct Machine {
    pub nature: Nature,
    /// The value, and since when it reads so.
    pub values: Vec<(Timestamp, bool)>,
}

#[derive(Clone, Debug)]
pub struct World {
    pub desktops: BTreeMap<DesktopId, Machine>,
    pub latency: Duration,
    /// How long a read still shows the value before.
    pub lag: Duration,
    /// Whether ids that are gone are ignored with a 200; else the whole batch answers 404.
    pub ignores_unknown: bool,
    /// The most ids that it takes in one PUT.
    pub size_limit: Option<usize>,
    /// What goes wrong with the next PUTs and reads, in order.
    pub put_faults: VecDeque<Option<Fault>>,
    pub read_faults: VecDeque<Option<Fault>>,
}

pub fn plan(mode: Mode, desktops: Vec<PlannedDesktop>) -> Plan {
    Plan { mode, read_at: Timestamp(0), desktops }
}

pub fn answer(status: u16, code: Option<&str>, retry_after: Option<Duration>) -> Answer {
    let body = if (200..300).contains(&status) && code.is_none() { Body::Empty } else { Body::Json };
    let error = CloudError { status, code: code.map(str::to_owned), ..CloudError::default() };
    Answer { body, error, retry_after }
}

impl World {
    pub fn new() -> Self {
        Self {
            desktops: BTreeMap::new(),
            latency: Duration::from_millis(50),
            lag: Duration::ZERO,
            ignores_unknown: false,
            size_limit: None,
            put_faults: VecDeque::new(),
            read_faults: VecDeque::new(),
        }
    }

    pub fn add(&mut self, id: DesktopId, value: bool, nature: Nature) {
        self.desktops.insert(id, Machine { nature, values: vec![(Timestamp(i64::MIN), value)] });
    }

    /// What a desktop reads as at a moment.
    pub fn value(&self, id: &DesktopId, now: Timestamp) -> Option<bool> {
        let machine = self.desktops.get(id).filter(|machine| machine.nature != Nature::Gone)?;
        machine.values.iter().rev().find(|(since, _)| *since <= now).map(|(_, value)| *value)
    }

    /// What it reads as in the end.
    pub fn last_value(&self, id: &DesktopId) -> Option<bool> {
        self.value(id, Timestamp(i64::MAX))
    }

    /// Performs a call that reaches the cloud now.
    pub fn perform(&mut self, call: &Call, now: Timestamp) -> Outcome {
        match call {
            Call::Put { ids, wanted } => Outcome::Put(self.put(ids, *wanted, now)),
            Call::Read { ids } => Outcome::Read(self.read(ids, now)),
            Call::Look { id } => Outcome::Look(self.look(id, now)),
        }
    }

    fn put(&mut self, ids: &[DesktopId], wanted: bool, now: Timestamp) -> PutOutcome {
        let fault = self.put_faults.pop_front().flatten();
        match fault {
            Some(Fault::Throttled { retry_after }) => {
                return PutOutcome::Answered(answer(429, Some("APIGW.0308"), retry_after));
            }
            Some(Fault::SignIn) => return PutOutcome::Answered(answer(401, Some("APIGW.0307"), None)),
            Some(Fault::NotSentOut) => return PutOutcome::NotSentOut,
            Some(Fault::LostBefore) => return PutOutcome::NoAnswer(NoAnswer::TimedOut),
            Some(Fault::ErrorBefore) => return PutOutcome::Answered(answer(502, None, None)),
            Some(Fault::LostAfter { .. } | Fault::ErrorAfter) | None => {}
        }
        let late = if let Some(Fault::LostAfter { late }) = fault { late } else { Duration::ZERO };
        let decided = self.decide(ids, wanted);
        if decided.is_none() {
            for id in ids {
                if let Some(machine) = self.desktops.get_mut(id) {
                    machine.values.push((now.after(self.lag + late), wanted));
                }
            }
        }
        match (fault, decided) {
            (Some(Fault::LostAfter { .. }), _) => PutOutcome::NoAnswer(NoAnswer::ConnectionLost),
            (Some(Fault::ErrorAfter), None) => PutOutcome::Answered(answer(500, Some("WKS.00000003"), None)),
            (_, Some((status, code))) => PutOutcome::Answered(answer(status, code, None)),
            (_, None) => PutOutcome::Answered(answer(200, None, None)),
        }
    }

    /// The one error for a batch, where a desktop in it does not want.
    fn decide(&self, ids: &[DesktopId], wanted: bool) -> Option<(u16, Option<&'static str>)> {
        if self.size_limit.is_some_and(|limit| ids.len() > limit) {
            return Some((400, Some("WKS.00010001")));
        }
        ids.iter().find_map(|id| match self.desktops.get(id).map_or(Nature::Gone, |machine| machine.nature) {
            Nature::Refuses { status, code } => Some((status, Some(code))),
            Nature::RefusesWhatHolds => (self.last_value(id) == Some(wanted)).then_some((409, Some("WKS.00010032"))),
            Nature::Breaks { code } => Some((500, code)),
            Nature::Gone if !self.ignores_unknown => Some((404, Some("WKS.0001"))),
            Nature::Gone | Nature::Willing => None,
        })
    }

    fn read(&mut self, ids: &[DesktopId], now: Timestamp) -> ReadOutcome {
        match self.read_faults.pop_front().flatten() {
            Some(Fault::Throttled { retry_after }) => ReadOutcome::Answered(answer(429, None, retry_after)),
            Some(Fault::SignIn) => ReadOutcome::Answered(answer(401, None, None)),
            Some(Fault::NotSentOut) => ReadOutcome::NotSentOut,
            Some(Fault::LostBefore | Fault::LostAfter { .. }) => ReadOutcome::NoAnswer(NoAnswer::TimedOut),
            Some(Fault::ErrorBefore | Fault::ErrorAfter) => ReadOutcome::Answered(answer(500, None, None)),
            None => ReadOutcome::Listed(ids.iter().filter_map(|id| self.reading(id, now)).collect()),
        }
    }

    fn look(&mut self, id: &DesktopId, now: Timestamp) -> LookOutcome {
        match self.read_faults.pop_front().flatten() {
            Some(Fault::Throttled { retry_after }) => LookOutcome::Answered(answer(503, None, retry_after)),
            Some(Fault::SignIn) => LookOutcome::Answered(answer(401, None, None)),
            Some(Fault::NotSentOut) => LookOutcome::NotSentOut,
            Some(Fault::LostBefore | Fault::LostAfter { .. }) => LookOutcome::NoAnswer(NoAnswer::TimedOut),
            Some(Fault::ErrorBefore | Fault::ErrorAfter) => LookOutcome::Answered(answer(500, None, None)),
            None => match self.reading(id, now) {
                Some(reading) => LookOutcome::Found(reading),
                None => LookOutcome::Answered(answer(404, Some("WKS.0001"), None)),
            },
        }
    }

    fn reading(&self, id: &DesktopId, now: Timestamp) -> Option<Reading> {
        let in_maintenance = self.value(id, now)?;
        Some(Reading { id: id.clone(), in_maintenance, power: Power::Running, session: Session::Ready, task: None })
    }
}

/// An answer on its way.
#[derive(Clone, Debug)]
pub struct Pending {
    pub at: Timestamp,
    pub step: Step,
    pub outcome: Outcome,
}

/// Takes the answer that comes first.
pub fn first_answer(pending: &mut Vec<Pending>) -> Option<Pending> {
    let place = (0..pending.len()).min_by_key(|place| pending[*place].at)?;
    Some(pending.remove(place))
}
