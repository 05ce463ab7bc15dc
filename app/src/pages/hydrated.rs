//! Whether the script has taken over.
//!
//! What only a script knows appears after this turned true, never at the first render: the browser's first render has to
//! be the server's.

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Hydrated(RwSignal<bool>);

/// Makes [`hydrated`] known below.
pub(super) fn provide() {
    let signal = RwSignal::new(false);
    provide_context(Hydrated(signal));
    Effect::new(move |_| signal.set(true));
}

/// Whether the script has taken over. For use while a component is set up.
pub fn hydrated() -> Signal<bool> {
    use_context::<Hydrated>().map_or_else(|| Signal::stored(false), |it| it.0.into())
}
