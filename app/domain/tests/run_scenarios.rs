//! Stories of runs that a helpdesk lead can read: `scenarios/*.txt`.
//!
//! A file begins with a title and the world in plain English, one sentence a line (the sentences that are understood
//! are those of [`Scenario::read_sentence`]). What happens and the report follow, and have to be exactly what the run
//! does. After a change on purpose, replace them by what the failing test prints.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[expect(dead_code, reason = "the properties use more of it")]
#[path = "support/world.rs"]
mod world;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use domain::desktop::DesktopId;
use domain::maintenance::outcome::{Answer, CloudError, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::maintenance::plan::{Class, PlannedDesktop};
use domain::maintenance::run::{Call, Cause, LastCall, Limits, Outcome, Pause, Phase, Run, RunDesktop, Step};
use domain::maintenance::{Mode, Verdict};
use domain::time::Timestamp;
use world::{Fault, Nature, Pending, World, first_answer, plan};

struct Scenario {
    world: World,
    mode: Mode,
    count: usize,
    limits: Limits,
    pause: Duration,
    natures: BTreeMap<usize, Nature>,
    tale: String,
}

#[test]
fn every_scenario_is_what_the_run_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    for file in &files {
        let expected = std::fs::read_to_string(file).unwrap();
        let actual = tell(&expected);
        if actual != expected {
            wrong.push(format!("{} should read:\n\n{actual}", file.file_name().unwrap().display()));
        }
    }
    assert!(!files.is_empty() && wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The whole text of a scenario, made from its world.
fn tell(text: &str) -> String {
    let world = text.split("What happens\n").next().unwrap().trim_end();
    let (title, sentences) = world.split_once("\n\n").unwrap();
    let mut scenario = Scenario::new();
    for sentence in sentences.lines() {
        scenario.read_sentence(sentence).unwrap_or_else(|| panic!("not understood in {title:?}: {sentence}"));
    }
    format!("{world}\n\nWhat happens\n{}", scenario.play())
}

fn word_after<'a>(sentence: &'a str, before: &str) -> Option<&'a str> {
    sentence.split_once(before)?.1.split([' ', ',', '.']).next()
}

fn number_after(sentence: &str, before: &str) -> Option<usize> {
    word_after(sentence, before)?.parse().ok()
}

impl Scenario {
    fn new() -> Self {
        Self {
            world: World::new(),
            mode: Mode::Enter,
            count: 0,
            limits: Limits::default(),
            pause: Duration::ZERO,
            natures: BTreeMap::new(),
            tale: String::new(),
        }
    }

    fn read_sentence(&mut self, sentence: &str) -> Option<()> {
        if sentence.starts_with("A run ") {
            self.mode = if sentence.contains("into maintenance") { Mode::Enter } else { Mode::Leave };
            let verb = if self.mode == Mode::Enter { "puts " } else { "returns " };
            self.count = number_after(sentence, verb)?;
            self.limits.batch_limit_ids = number_after(sentence, ", ")?;
        } else if sentence.starts_with("The cloud refuses PC-") {
            let status = u16::try_from(number_after(sentence, " with ")?).ok()?;
            let code = code_at_the_end(sentence);
            self.natures.insert(number_after(sentence, "PC-")?, Nature::Refuses { status, code });
        } else if sentence.contains(" breaks every call that names it") {
            let code = Some(code_at_the_end(sentence));
            self.natures.insert(number_after(sentence, "PC-")?, Nature::Breaks { code });
        } else if sentence.starts_with("A change is seen ") {
            let seconds: f64 = sentence.split(' ').nth(4)?.parse().ok()?;
            self.world.lag = Duration::from_secs_f64(seconds);
        } else if sentence.starts_with("A desktop is read for at most ") {
            let seconds = u64::try_from(number_after(sentence, "at most ")?).ok()?;
            self.limits.read_back_limit = Duration::from_secs(seconds);
        } else if sentence == "Calls are made one at a time." {
            self.limits.batches_in_flight = 1;
            self.limits.reads_in_flight = 1;
        } else if sentence.starts_with("Send ") {
            let fault = if sentence.contains("answered with 401") {
                Fault::SignIn
            } else if sentence.contains("takes effect, but its answer is lost") {
                Fault::LostAfter { late: Duration::ZERO }
            } else {
                return None;
            };
            let faults: &mut VecDeque<_> = &mut self.world.put_faults;
            let place = number_after(sentence, "Send ")?.checked_sub(1)?;
            faults.resize(faults.len().max(place + 1), None);
            faults[place] = Some(fault);
        } else if sentence.starts_with("Somebody signs in and continues ") {
            self.pause = Duration::from_mins(u64::try_from(number_after(sentence, "continues ")?).ok()?);
        } else {
            return None;
        }
        Some(())
    }

    fn play(mut self) -> String {
        let mut rows = Vec::new();
        for number in 1..=self.count {
            let id = id(number);
            let nature = self.natures.get(&number).copied().unwrap_or(Nature::Willing);
            self.world.add(id.clone(), !self.mode.wanted(), nature);
            let name = id.to_string();
            let (user, pool, enterprise_project, session) = (None, None, None, None);
            rows.push(PlannedDesktop { id, name, user, pool, enterprise_project, session, class: Class::WillChange });
        }
        let mut now = Timestamp(0);
        let mut run = Run::start(&plan(self.mode, rows), self.limits, &BTreeMap::new(), None, now);
        let mut pending: Vec<Pending> = Vec::new();
        let mut phase = None;
        let mut sends = 0;
        loop {
            if phase.replace(run.phase()) != Some(run.phase()) {
                self.line(now, phase_in_words(run.phase()));
            }
            if !run.is_open() {
                break;
            }
            let steps = run.next_steps(now);
            run.begin(&steps, now);
            for step in steps {
                let text = format!("{}.", call_in_words(&step.call, &mut sends));
                self.line(now, &text);
                let outcome = self.world.perform(&step.call, now);
                pending.push(Pending { at: now.after(self.world.latency), step, outcome });
            }
            let answer = pending.iter().map(|pending| pending.at).min();
            match (answer, run.wake_at(now)) {
                (Some(answer), wake) if wake.is_none_or(|wake| answer <= wake) => {
                    now = answer;
                    while pending.iter().any(|pending| pending.at == now) {
                        let Pending { step, outcome, .. } = first_answer(&mut pending).unwrap();
                        let text = format!("   {}", answer_in_words(&step, &outcome));
                        self.line(now, &text);
                        run.record(step.id, outcome, now, 20);
                    }
                }
                (_, Some(wake)) => now = wake,
                (_, None) => {
                    now = now.after(self.pause);
                    self.line(now, "Somebody signs in and continues.");
                    run.resume(now);
                }
            }
        }
        self.report(&run);
        self.tale
    }

    fn line(&mut self, now: Timestamp, text: &str) {
        let (seconds, milliseconds) = (now.0 / 1_000, now.0 % 1_000);
        let _ = writeln!(self.tale, "{:3}:{:02}.{milliseconds:03}  {text}", seconds / 60, seconds % 60);
    }

    fn report(&mut self, run: &Run) {
        self.tale.push_str("\nReport\n");
        for desktop in run.desktops() {
            let verdict = verdict_in_words(desktop.verdict().unwrap());
            let _ = writeln!(self.tale, "{:6}{:10}  {}", desktop.name, verdict, why_in_words(desktop));
        }
        let counts = run.counts();
        let (all, changed, refused) = (counts.total(), counts.changed, counts.refused);
        let (puts, reads) = (run.puts_sent(), run.reads_sent());
        let rest = all - changed - refused;
        let _ = writeln!(
            self.tale,
            "{changed} of {all} changed, {refused} refused, {rest} other; {puts} sends, {reads} reads."
        );
    }
}

fn answer_in_words(step: &Step, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Put(PutOutcome::Answered(answer)) if answer.error.status == 200 => "Accepted.".to_owned(),
        Outcome::Put(PutOutcome::Answered(answer))
        | Outcome::Read(ReadOutcome::Answered(answer))
        | Outcome::Look(LookOutcome::Answered(answer)) => format!("Answered with {}.", error_in_words(answer)),
        Outcome::Read(ReadOutcome::Listed(readings)) => {
            let Call::Read { ids } = &step.call else { panic!("a list answers a read") };
            let of = |value: bool| readings.iter().filter(move |it| it.in_maintenance == value).map(|it| &it.id);
            let gone: Vec<_> = ids.iter().filter(|id| readings.iter().all(|it| it.id != **id)).collect();
            let parts =
                [(of(true).collect(), "in maintenance"), (of(false).collect(), "in service"), (gone, "not there")];
            let parts = parts.iter().filter(|(ids, _)| !ids.is_empty());
            parts.map(|(ids, word)| format!("{} {word}", names(ids))).collect::<Vec<_>>().join(", ") + "."
        }
        Outcome::Look(LookOutcome::Found(_)) => "It is there.".to_owned(),
        _ => "No answer.".to_owned(),
    }
}

fn id(number: usize) -> DesktopId {
    format!("PC-{number}").parse().unwrap()
}

/// The codes that scenarios may name.
fn code_at_the_end(sentence: &str) -> &'static str {
    let known = ["WKS.00010032", "WKS.0202", "WKS.0001"];
    known.into_iter().find(|code| sentence.trim_end_matches('.').ends_with(code)).unwrap()
}

fn error_in_words(answer: &Answer) -> String {
    let CloudError { status, code, .. } = &answer.error;
    code.as_ref().map_or_else(|| status.to_string(), |code| format!("{status} {code}"))
}

fn names(ids: &[&DesktopId]) -> String {
    ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ")
}

fn call_in_words(call: &Call, sends: &mut u32) -> String {
    match call {
        Call::Put { ids, .. } => {
            *sends += 1;
            format!("Send {sends}: {}", names(&ids.iter().collect::<Vec<_>>()))
        }
        Call::Read { ids } => format!("Read {}", names(&ids.iter().collect::<Vec<_>>())),
        Call::Look { id } => format!("Ask for {id} alone"),
    }
}

fn phase_in_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Checking => "The run is Checking.",
        Phase::Running => "The run is Running.",
        Phase::Paused(Pause::SignIn) => "The run is Paused: sign in to go on.",
        Phase::Paused(Pause::CloudDoesNotAnswer) => "The run is Paused: the cloud does not answer.",
        Phase::Paused(Pause::UntilHasPassed) => "The run is Paused: its until has passed.",
        Phase::Paused(Pause::TooManyCalls) => "The run is Paused: too many calls.",
        Phase::Stopping => "The run is Stopping.",
        Phase::Stopped => "The run is Stopped.",
        Phase::Ended => "The run has Ended.",
    }
}

fn verdict_in_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Changed => "Changed",
        Verdict::AlreadySo => "Already so",
        Verdict::Refused => "Refused",
        Verdict::NotFound => "Not found",
        Verdict::NotSent => "Not sent",
        Verdict::Unknown => "Unknown",
    }
}

fn why_in_words(desktop: &RunDesktop) -> String {
    match desktop.cause {
        Cause::ReadsWanted(LastCall::Accepted) => "accepted, and read back".to_owned(),
        Cause::ReadsWanted(LastCall::NoAnswer(NoAnswer::ConnectionLost)) => "no answer, yet reads as wanted".to_owned(),
        Cause::ReadsWanted(_) => "answered with an error, yet reads as wanted".to_owned(),
        Cause::OwnCall => format!("by its own call: {}", cloud_text(desktop)),
        Cause::ErrorEachTime => format!("each call for it alone broke: {}", cloud_text(desktop)),
        other => format!("{other:?}"),
    }
}

fn cloud_text(desktop: &RunDesktop) -> String {
    let error = desktop.error.as_ref().unwrap();
    format!("{} {}", error.status, error.code.as_deref().unwrap_or_default())
}
