//! The vocabulary of states: which icon, colour and word each has, on every page the same.
//!
//! No state is told by its colour alone. *In service* and *Ready* are the quiet default; only what differs has colour.

use domain::desktop::{Power, Session};
use domain::maintenance::Verdict;
use domain::maintenance::run::{DesktopState, Pause, Phase};

use crate::components::{IconName, Tone};

/// A state in words: what the component `State` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateText {
    /// The icon before the word.
    pub icon: IconName,
    /// The meaning of its colour.
    pub tone: Tone,
    /// The word.
    pub word: String,
    /// What follows the word.
    pub more: Option<String>,
}

impl StateText {
    /// A state of which nothing follows its word.
    pub fn new(icon: IconName, tone: Tone, word: &str) -> Self {
        Self { icon, tone, word: word.to_owned(), more: None }
    }

    /// The same with what follows.
    #[must_use]
    pub fn with(self, more: impl Into<String>) -> Self {
        Self { more: Some(more.into()), ..self }
    }
}

/// Whether somebody is connected.
pub fn session(session: &Session) -> StateText {
    match session {
        Session::Connected => StateText::new(IconName::PersonFilled, Tone::Teal, "Connected"),
        Session::Disconnected => StateText::new(IconName::PersonOutline, Tone::Ink2, "Disconnected"),
        Session::Ready => StateText::new(IconName::Screen, Tone::Ink3, "Ready"),
        Session::NotRegistered => StateText::new(IconName::Plug, Tone::Ink3, "Not registered"),
        Session::Other(word) => invented(word),
    }
}

/// Whether a desktop runs.
pub fn power(power: &Power) -> StateText {
    match power {
        Power::Running => StateText::new(IconName::Power, Tone::Ink2, "Running"),
        Power::Off => StateText::new(IconName::Power, Tone::Ink3, "Off"),
        Power::Hibernated => StateText::new(IconName::Moon, Tone::Ink3, "Hibernated"),
        Power::Error => StateText::new(IconName::OctagonCross, Tone::Red, "Error"),
        Power::Other(word) => invented(word),
    }
}

/// In maintenance or in service.
pub fn maintenance(in_maintenance: bool) -> StateText {
    if in_maintenance {
        StateText::new(IconName::Wrench, Tone::Amber, "In maintenance")
    } else {
        StateText::new(IconName::Check, Tone::Ink3, "In service")
    }
}

/// On the way into maintenance, or back to service.
pub fn on_the_way(entering: bool) -> StateText {
    StateText::new(IconName::Arc, Tone::Accent, if entering { "Entering" } else { "Leaving" })
}

/// The outcome of a desktop.
pub fn verdict(verdict: Verdict) -> StateText {
    match verdict {
        Verdict::Changed => StateText::new(IconName::CircleTick, Tone::Green, "Changed"),
        Verdict::AlreadySo => StateText::new(IconName::CircleEquals, Tone::Ink2, "Already so"),
        Verdict::Refused => StateText::new(IconName::OctagonCross, Tone::Red, "Refused"),
        Verdict::NotFound => StateText::new(IconName::LensCross, Tone::Ink2, "Not found"),
        Verdict::NotSent => StateText::new(IconName::CircleSlash, Tone::Ink2, "Not sent"),
        Verdict::Unknown => StateText::new(IconName::CircleQuestion, Tone::Plum, "Unknown"),
    }
}

/// Where a desktop of a run stands.
pub fn desktop_state(state: DesktopState) -> StateText {
    match state {
        DesktopState::Waiting => StateText::new(IconName::CircleDashed, Tone::Ink3, "Waiting"),
        DesktopState::Sending => StateText::new(IconName::Arc, Tone::Accent, "Sending"),
        DesktopState::ReadingBack => StateText::new(IconName::Eye, Tone::Accent, "Reading back"),
        DesktopState::Final(outcome) => verdict(outcome),
    }
}

/// Where a run stands. Never "Success": the counts say it.
pub fn phase(phase: Phase) -> StateText {
    match phase {
        Phase::Checking => StateText::new(IconName::Arc, Tone::Accent, "Checking"),
        Phase::Running => StateText::new(IconName::Arc, Tone::Accent, "Running"),
        Phase::Paused(why) => StateText::new(IconName::Bars, Tone::Ink, "Paused").with(pause(why)),
        Phase::Stopping => StateText::new(IconName::Square, Tone::Ink2, "Stopping"),
        Phase::Stopped => StateText::new(IconName::Square, Tone::Ink2, "Stopped"),
        Phase::Ended => StateText::new(IconName::Check, Tone::Ink2, "Ended"),
    }
}

/// Why a run is paused, after the word *Paused*.
pub fn pause(pause: Pause) -> &'static str {
    match pause {
        Pause::SignIn => "sign in to go on",
        Pause::CloudDoesNotAnswer => "the cloud does not answer",
        Pause::UntilHasPassed => "until has passed",
        Pause::TooManyCalls => "too many calls",
    }
}

/// A word that the cloud invents tomorrow is shown as its own text.
fn invented(word: &str) -> StateText {
    let word = word.trim();
    StateText::new(IconName::CircleDashed, Tone::Ink2, if word.is_empty() { "Not given" } else { word })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERDICTS: [Verdict; 6] =
        [Verdict::Changed, Verdict::AlreadySo, Verdict::Refused, Verdict::NotFound, Verdict::NotSent, Verdict::Unknown];

    #[test]
    fn no_two_outcomes_share_an_icon_or_a_word() {
        let states: Vec<StateText> = [DesktopState::Waiting, DesktopState::Sending, DesktopState::ReadingBack]
            .into_iter()
            .chain(VERDICTS.map(DesktopState::Final))
            .map(desktop_state)
            .collect();
        for (index, one) in states.iter().enumerate() {
            for other in &states[index + 1..] {
                assert_ne!(one.icon, other.icon, "{} and {}", one.word, other.word);
                assert_ne!(one.word, other.word);
            }
        }
    }

    #[test]
    fn a_colour_keeps_its_one_meaning() {
        let with = |tone| VERDICTS.into_iter().filter(|one| verdict(*one).tone == tone).collect::<Vec<_>>();
        assert_eq!(with(Tone::Red), [Verdict::Refused]);
        assert_eq!(with(Tone::Plum), [Verdict::Unknown]);
        assert_eq!(with(Tone::Green), [Verdict::Changed]);
        assert_eq!(with(Tone::Amber), []);
        assert_eq!(maintenance(true).tone, Tone::Amber);
        assert_eq!(session(&Session::Connected).tone, Tone::Teal);
    }

    #[test]
    fn a_paused_run_says_why() {
        let paused = phase(Phase::Paused(Pause::SignIn));
        assert_eq!((paused.word.as_str(), paused.more.as_deref()), ("Paused", Some("sign in to go on")));
        assert_eq!(phase(Phase::Ended).more, None);
    }

    #[test]
    fn a_word_that_the_cloud_invents_is_shown_as_its_own_text() {
        for state in [power(&Power::from_cloud("SUSPENDED")), session(&Session::from_cloud("SUSPENDED"))] {
            assert_eq!((state.word.as_str(), state.tone), ("SUSPENDED", Tone::Ink2));
        }
        assert_eq!(power(&Power::from_cloud(" ")).word, "Not given");
    }
}
