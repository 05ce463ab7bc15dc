//! Logs: one line per event on standard error, as JSON where no person looks at it.

mod line;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use line::OneLine;

/// What is written where `RUST_LOG` says nothing else.
const DEFAULT_FILTER: &str = "info";

/// The most characters of a panic's message in the log. It may hold foreign text; the beginning says what it is.
const PANIC_MESSAGE_CHARS: usize = 500;

/// Starts logging, of panics too. A second call does nothing.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let started = if std::io::stderr().is_terminal() {
        text(filter, std::io::stderr).try_init()
    } else {
        json(filter, std::io::stderr).try_init()
    };
    // Only a test that has started it before gets an error.
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// For a person at a terminal.
fn text<W>(filter: EnvFilter, out: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    fmt().with_env_filter(filter).with_ansi(false).with_writer(OneLine(out)).finish()
}

/// One object per line: `timestamp`, `level`, `target`, the event's own fields beside `message`, and under `spans` what
/// it happened in, a request's `id`, `method` and `path` first.
fn json<W>(filter: EnvFilter, out: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let form = fmt().json().flatten_event(true).with_current_span(false).with_span_list(true);
    form.with_env_filter(filter).with_ansi(false).with_writer(OneLine(out)).finish()
}

/// A panic is one line as everything else. Its words are those of the standard library, which people search for.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let message = panic.payload_as_str().unwrap_or("no message");
    let message: String = message.chars().take(PANIC_MESSAGE_CHARS).collect();
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!(%backtrace, "panicked at {place}: {message}");
    } else {
        tracing::error!("panicked at {place}: {message}");
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Gathered(Arc<Mutex<Vec<u8>>>);

    impl Write for Gathered {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Gathered {
        fn lines(&self) -> Vec<String> {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
        }
    }

    /// Ends a line in all ways there are, clears a terminal by 7 and by 8 bits, and closes a JSON object.
    const NASTY: &str = "pc\r\nERROR forged\n\x1b[2J\u{9b}31m\0\u{7f}\u{85}\u{2028}\"},{\"level\":\"x\"\u{202e}";

    fn write_nasty() {
        let span = tracing::info_span!("request", id = "0123", method = "GET", path = NASTY);
        span.in_scope(|| tracing::warn!(name = NASTY, shown = %NASTY, "a desktop is called {NASTY}"));
    }

    fn check_harmless(line: &str) {
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(!line.contains(['\u{2028}', '\u{202e}']), "{line:?}");
    }

    #[test]
    fn d17_every_event_is_one_json_object_whatever_a_name_holds() {
        let log = Gathered::default();
        let out = log.clone();
        let subscriber = json(EnvFilter::new("trace"), move || out.clone());
        tracing::subscriber::with_default(subscriber, write_nasty);
        let lines = log.lines();
        assert_eq!(lines.len(), 1, "{lines:#?}");
        check_harmless(&lines[0]);
        let event: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!((event["level"].as_str(), event["shown"].as_str()), (Some("WARN"), Some(NASTY)));
        let span = &event["spans"][0];
        assert_eq!((&span["id"], &span["method"], &span["path"]), (&"0123".into(), &"GET".into(), &NASTY.into()));
    }

    #[test]
    fn d17_a_line_for_people_stays_one_line_too() {
        let log = Gathered::default();
        let out = log.clone();
        tracing::subscriber::with_default(text(EnvFilter::new("trace"), move || out.clone()), write_nasty);
        let lines = log.lines();
        assert_eq!(lines.len(), 1, "{lines:#?}");
        check_harmless(&lines[0]);
        assert!(lines[0].contains("a desktop is called pc"), "{lines:?}");
    }

    #[test]
    fn d17_a_panic_is_one_line_with_its_place() {
        let log = Gathered::default();
        let out = log.clone();
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(log_panic));
        let subscriber = json(EnvFilter::new("info"), move || out.clone());
        let panicked = tracing::subscriber::with_default(subscriber, || {
            std::panic::catch_unwind(|| panic!("first line\nsecond line {}", "x".repeat(10_000)))
        });
        std::panic::set_hook(usual);
        assert!(panicked.is_err());
        let lines = log.lines();
        assert_eq!(lines.len(), 1, "{lines:#?}");
        let event: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        let message = event["message"].as_str().unwrap();
        assert!(message.starts_with("panicked at server/src/telemetry.rs:"), "{message}");
        assert!(message.contains(": first line\nsecond line xx") && message.len() < 700, "{message}");
    }
}
