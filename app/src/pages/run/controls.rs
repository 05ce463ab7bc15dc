//! What can be done about a run: stop it, let it go on, take it over; and what follows it.

use leptos::prelude::*;

use super::after::AfterTheRun;
use super::take_away::TakeAway;
use super::watch::Watch;
use crate::components::{Icon, IconName, Notice, NoticeTone, Reason};
use crate::pages::post_form::PostForm;
use crate::routes;
use crate::view::{role, run_progress as words};

/// The buttons of a run.
#[component]
pub fn Controls(watch: Watch) -> impl IntoView {
    let (project, number) = watch.page.with_untracked(|page| (page.project.clone(), page.number));
    let stop = watch.part(words::stop);
    let go_on = watch.part(words::go_on);
    let by_role = role::bars_change(watch.role);
    let has_stop = Memo::new(move |_| stop.get().is_some());
    let has_go_on = Memo::new(move |_| go_on.get().is_some());
    let pause = watch.part(|page| page.pause.unwrap_or_default().to_string());
    let may_take_over = watch.part(|page| page.may_take_over);
    let stop_project = project.clone();
    let other_project = project.clone();
    let take_over_form = move || {
        may_take_over.get().then(|| {
            view! {
                <PostForm action="/api/run/take_over" project=other_project.clone()>
                    <input type="hidden" name="number" value=number.to_string()/>
                    <input type="hidden" name="pause" value=move || pause.get()/>
                    <button class="button" data-kind="primary" type="submit">"Take over"</button>
                </PostForm>
            }
        })
    };
    let stop_form = move || {
        has_stop.get().then(|| {
            let barred = move || by_role.or_else(|| stop.get().and_then(|it| it.barred));
            let icon = if by_role.is_some() { IconName::Lock } else { IconName::Triangle };
            view! {
                {move || barred().map(|why| view! { <Reason text=why icon=icon id="why-not-stop"/> })}
                <PostForm action="/api/run/stop" project=stop_project.clone()>
                    <input type="hidden" name="number" value=number.to_string()/>
                    <button class="button" type="submit" disabled=move || barred().is_some()
                        aria-describedby=move || barred().map(|_| "why-not-stop")>
                        <Icon name=IconName::Square/>
                        "Stop"
                    </button>
                </PostForm>
            }
        })
    };
    let continue_form = move || {
        has_go_on.get().then(|| {
            let barred = move || by_role.or_else(|| go_on.get().and_then(|it| it.barred));
            view! {
                {move || barred().map(|why| view! { <Reason text=why icon=IconName::Lock id="why-not-continue"/> })}
                <PostForm action="/api/run/continue" project=project.clone()>
                    <input type="hidden" name="number" value=number.to_string()/>
                    <input type="hidden" name="pause" value=move || pause.get()/>
                    <button class="button" data-kind="primary" type="submit" disabled=move || barred().is_some()
                        aria-describedby=move || barred().map(|_| "why-not-continue")>
                        "Continue"
                    </button>
                </PostForm>
            }
        })
    };
    view! { <div class="head-actions"><TakeAway watch=watch/><AfterTheRun watch=watch/>{stop_form}{continue_form}{take_over_form}</div> }
}

/// Why a run is paused and what to do about it.
#[component]
pub fn Pause(watch: Watch) -> impl IntoView {
    let go_on = watch.part(words::go_on);
    let way_in =
        watch.page.with_untracked(|page| routes::sign_in_for(&page.project, &routes::run(&page.project, page.number)));
    move || {
        go_on.get().map(|pause| {
            let title = "This run is paused.";
            let sign_in = pause.needs_sign_in.then(|| {
                view! { <p class="buttons"><a class="button" data-size="small" href=way_in.clone() rel="external">"Sign in"</a></p> }
            });
            view! { <div class="notices"><Notice tone=NoticeTone::Plain title=title text=pause.text>{sign_in}</Notice></div> }
        })
    }
}
