//! A run that was written down before claims were given up, rights doubted and sizes learnt.

use super::*;
use crate::maintenance::run::{Head, Phase, Resumed, Retaken};

const HEAD: &str = r#"{"mode":"enter","limits":{"batch_limit_ids":2,"batches_in_flight":4,"reads_in_flight":4,
"read_back_limit":{"secs":120,"nanos":0}},"phase":"Running","started_at":1000000,"until":null,
"until_waived":false,"paused_at":null,"ended_at":null,"bar":null,"counts":{"waiting":2,"sending":2,
"reading_back":0,"changed":0,"already_so":0,"refused":0,"not_found":0,"not_sent":0,"unknown":0},"unchecked":0,
"next_step":5,"next_batch":2,"next_part":4,"cursor":4,"parts":[{"rows":[0],"level":1,"number":3,"sends":0,
"stalls":0,"not_before":1000000},{"rows":[1],"level":1,"number":4,"sends":0,"stalls":0,"not_before":1000000}],
"held":[],"in_flight":[{"id":4,"begun_at":1000000,"call":{"Put":{"rows":[2,3],"level":0,"number":2,"sends":0,
"stalls":0,"not_before":1000000}}}],"puts_not_before":null,"reads_not_before":null,"reads_stalled":0,
"trouble_since":null,"taken":3,"resumed_at":null,"puts":2,"puts_allowed":40,"puts_sent":2,"reads_sent":2}"#;

const ROWS: &str = r#"[{"id":"d0","name":"PC-0","user":null,"pool":null,"enterprise_project":null,"class":"WillChange","prior":false,
"state":"Waiting","cause":{"GoesAgain":"Refused"},"error":{"status":409,"code":"WKS.00010032","message":null,
"detail":null,"encoded_authorization_message":null,"request_id":null},"batch":1,"at":1000000,
"track":{"unchecked":false,"alone":false,"due":null,"why":"Check","from":1000000,"before":{"secs":0,"nanos":0},
"reads":1,"strikes":0,"taken":0,"seen":true,"ready":false,"calls":1,"unanswered":false,"last":"Refused",
"level":1,"single":false,"recent":null}},{"id":"d1","name":"PC-1","user":null,"pool":null,
"enterprise_project":null,"class":"WillChange","prior":false,"state":"Waiting","cause":{"GoesAgain":"Refused"},
"error":{"status":409,"code":"WKS.00010032","message":null,"detail":null,"encoded_authorization_message":null,
"request_id":null},"batch":1,"at":1000000,"track":{"unchecked":false,"alone":false,"due":null,"why":"Check",
"from":1000000,"before":{"secs":0,"nanos":0},"reads":1,"strikes":0,"taken":0,"seen":true,"ready":false,
"calls":1,"unanswered":false,"last":"Refused","level":1,"single":false,"recent":null}},{"id":"d2","name":"PC-2",
"user":null,"pool":null,"enterprise_project":null,"class":"WillChange","prior":false,"state":"Sending",
"cause":"InCall","error":null,"batch":2,"at":1000000,"track":{"unchecked":false,"alone":false,"due":null,
"why":"Check","from":1000000,"before":{"secs":0,"nanos":0},"reads":1,"strikes":0,"taken":0,"seen":true,
"ready":false,"calls":1,"unanswered":false,"last":null,"level":0,"single":false,"recent":null}},{"id":"d3",
"name":"PC-3","user":null,"pool":null,"enterprise_project":null,"class":"WillChange","prior":false,
"state":"Sending","cause":"InCall","error":null,"batch":2,"at":1000000,"track":{"unchecked":false,"alone":false,
"due":null,"why":"Check","from":1000000,"before":{"secs":0,"nanos":0},"reads":1,"strikes":0,"taken":0,
"seen":true,"ready":false,"calls":1,"unanswered":false,"last":null,"level":0,"single":false,"recent":null}}]"#;

fn restored() -> Play {
    let head: Head = serde_json::from_str(HEAD).unwrap();
    Play { run: Run::restore(head, serde_json::from_str(ROWS).unwrap()), now: START }
}

#[test]
fn a_run_that_an_earlier_version_wrote_goes_on_to_its_end() {
    let mut play = restored();
    assert_eq!((play.run.phase(), play.run.calls_in_flight()), (Phase::Running, 1));
    assert_eq!(play.run.head().origin(), None);
    play.run.interrupt(play.now);
    play.play_out(&[1, 2, 3], |batch| if batch.contains(&0) { put(409, "WKS.00010032") } else { put(200, "") });
    let counts = play.run.counts();
    assert_eq!((counts.changed, counts.refused, counts.open()), (3, 1, 0));
}

#[test]
fn a_pause_that_an_earlier_version_wrote_is_answered_by_its_number() {
    let mut play = restored();
    play.run.head.phase = Phase::Paused(crate::maintenance::run::Pause::SignIn);
    play.run.head.paused_at = Some(play.now);
    let number = play.run.pause_number().unwrap();
    assert_eq!(play.run.resume_with(number, &Retaken::default(), play.now), Resumed::GoesOn);
}
