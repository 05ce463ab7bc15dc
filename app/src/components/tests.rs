//! What the components become on the server.

use leptos::prelude::*;

use super::*;

fn render<V: IntoView + 'static>(make: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| make().to_html())
}

#[test]
fn a_text_area_keeps_its_text_to_itself() {
    let html = render(|| {
        view! { <TextArea id="details" name="details" value="</textarea><script>alert(1)</script>" rows=2 maxlength=200/> }
    });
    assert!(!html.contains("<script>"), "{html}");
    assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
    assert!(html.contains(">&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>"), "{html}");
}
