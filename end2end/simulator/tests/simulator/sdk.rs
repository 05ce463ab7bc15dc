//! The vendor's own SDK against the simulated cloud: an independent witness for the shape of calls and for signatures.
//!
//! The first run installs the SDK into the user's cache folder (`tests/sdk/setup.py`), every run does with it what
//! `tests/sdk/witness.py` says. Both need `python3` with `venv`, the first one the package index (`PyPI`).

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use simulator::{ACCESS_KEY, Options, SECRET_KEY};

/// The path of a Python that knows the SDK.
fn python() -> String {
    let setup = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/setup.py");
    let setup = Command::new("python3").arg(setup).stderr(Stdio::inherit()).output().unwrap();
    assert!(setup.status.success(), "the vendor's SDK could not be installed from PyPI: see above");
    String::from_utf8(setup.stdout).unwrap().trim().to_owned()
}

async fn ask(simulator: &simulator::Simulator, call: &str) -> Vec<Value> {
    let url = format!("{}/_control/{call}?project={}", simulator.control_url(), simulator.project_id());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    http.get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_python_sdk_lists_sets_and_reads_back() {
    let python = tokio::task::spawn_blocking(python).await.unwrap();
    let simulator = simulator::start(Options::default()).await.unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/witness.py");
    let mut command = Command::new(python);
    command.args([script, &simulator.url(), simulator.project_id(), ACCESS_KEY, SECRET_KEY]);
    // Whatever proxy the machine has, the simulated cloud is not behind it.
    command.env("NO_PROXY", "127.0.0.1").stderr(Stdio::inherit());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    println!("{said}");
    assert!(output.status.success() && said.ends_with("done\n"), "the SDK stopped: see above");

    let in_maintenance = |desktop: &&Value| desktop["in_maintenance_mode"] == true;
    let desktops = ask(&simulator, "desktops").await;
    let truly: Vec<_> = desktops.iter().filter(in_maintenance).map(|desktop| &desktop["desktop_id"]).collect();
    let calls = ask(&simulator, "calls").await;
    let puts: Vec<_> = calls.iter().filter(|call| call["method"] == "PUT" && call["status"] == 200).collect();
    let last = puts.iter().rev().find(|call| call["desktop_ids"].is_array()).unwrap();
    let chosen = last["desktop_ids"].as_array().unwrap();
    assert_eq!(last["in_maintenance_mode"], true);
    assert!(chosen.len() == 5 && chosen.iter().all(|id| truly.contains(&id)), "{chosen:?}");
    let sent = ask(&simulator, "notifications").await;
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["notifications"], "Maintenance at noon. 維護");
    assert_eq!(sent[0]["desktop_ids"], json!(chosen));
}
