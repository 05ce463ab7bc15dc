#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use serde_json::json;

use super::*;

fn read(mut entry: Value) -> Desktop {
    entry["desktop_id"] = json!("d1");
    desktop(&entry).unwrap()
}

#[test]
fn the_documented_list_is_read() {
    let document = parse(include_bytes!("../../tests/examples/list_desktops.json")).unwrap();
    assert_eq!(total(&document), Some(2));
    let found = desktop(&entries(&document, "desktops").unwrap()[0]).unwrap();
    assert_eq!(found.id.as_str(), "248077ea-bb64-4e58-b5e8-6b686600920e");
    assert_eq!(found.name, "CHENYC01");
    assert_eq!(found.user.as_deref(), Some("chenyc"));
    assert_eq!(found.address.as_deref(), Some("10.0.9.103"));
    assert!(found.in_maintenance);
    assert_eq!(found.power, Power::Other(String::new()));
    assert_eq!(found.session, Session::Other(String::new()));
    assert_eq!(found.kind, None);
}

#[test]
fn the_documented_detail_is_read() {
    let mut entry = parse(include_bytes!("../../tests/examples/desktop_detail.json")).unwrap();
    assert_eq!(reading(&entry), None, "the example has no id");
    entry["desktop_id"] = json!("d1");
    let found = reading(&entry).unwrap();
    assert!(found.in_maintenance);
    assert_eq!(found.power, Power::Running);
    assert_eq!(found.session, Session::Ready);
    assert_eq!(found.task, None, "an empty task is none");
}

#[test]
fn every_field_may_be_missing_or_null() {
    let bare = read(json!({}));
    let nulls = read(json!({
        "computer_name": null, "user_name": null, "status": null, "connect_status": null, "in_maintenance_mode": null,
        "task_status": null, "pool_id": null, "desktop_type": null, "tags": null, "ip_address": null,
        "addresses": null, "attach_user_infos": null, "availability_zone": null, "enterprise_project_id": null
    }));
    assert_eq!(bare, nulls);
    assert!(!bare.in_maintenance);
    assert_eq!(bare.name, "");
}

#[test]
fn fields_of_the_wrong_kind_are_missing_and_numbers_are_text() {
    let odd = read(json!({
        "computer_name": 42, "user_name": {"a": 1}, "status": ["ACTIVE"], "tags": "a=b", "ip_address": false,
        "addresses": 7, "enterprise_project_id": 0
    }));
    assert_eq!(odd.name, "42");
    assert_eq!(odd.user, None);
    assert_eq!(odd.power, Power::Other(String::new()));
    assert_eq!(odd.tags, []);
    assert_eq!(odd.address, None);
    assert_eq!(odd.enterprise_project.as_deref(), Some("0"));
}

#[test]
fn words_that_nobody_documented_are_kept() {
    let found = read(json!({"status": "SUSPENDED", "connect_status": "LOCKED", "task_status": "dreaming"}));
    assert_eq!(found.power, Power::Other("SUSPENDED".into()));
    assert_eq!(found.session, Session::Other("LOCKED".into()));
    assert_eq!(found.task.as_deref(), Some("dreaming"));
}

#[test]
fn a_session_is_read_under_either_of_its_names() {
    assert_eq!(read(json!({"connect_status": "CONNECTED"})).session, Session::Connected);
    assert_eq!(read(json!({"login_status": "CONNECTED"})).session, Session::Connected);
}

#[test]
fn names_stay_as_they_are_but_for_nul() {
    let name = " <b>x</b>\u{202e}\t日本\u{7} ";
    assert_eq!(read(json!({"computer_name": name})).name, name);
    assert_eq!(read(json!({"computer_name": "a\0b"})).name, "a\u{fffd}b");
    let long = "ä".repeat(4_096);
    assert_eq!(read(json!({"computer_name": long})).name, long);
}

#[test]
fn bytes_that_are_no_text_cost_a_name_and_not_the_list() {
    let document = parse(b"{\"desktops\":[{\"desktop_id\":\"d1\",\"computer_name\":\"a\xffb\"}]}").unwrap();
    assert_eq!(desktop(&entries(&document, "desktops").unwrap()[0]).unwrap().name, "a\u{fffd}b");
}

#[test]
fn an_address_is_found_in_every_documented_shape() {
    for entry in [
        json!({"ip_address": "10.0.0.1"}),
        json!({"ip_addresses": ["10.0.0.1", "10.0.0.2"]}),
        json!({"addresses": {"net": [{"addr": "10.0.0.1", "version": "4"}]}}),
        json!({"addresses": [{"addr": "10.0.0.1"}]}),
        json!({"ip_address": "", "ip_addresses": [], "ipv4": null, "addresses": [null, {}, {"addr": "10.0.0.1"}]}),
    ] {
        assert_eq!(read(entry.clone()).address.as_deref(), Some("10.0.0.1"), "{entry}");
    }
}

#[test]
fn attached_users_stand_in_for_a_missing_owner() {
    let attached = json!([{"user_name": "first"}, {"user_name": null}, {"user_name": "second"}]);
    assert_eq!(read(json!({"attach_user_infos": attached})).user.as_deref(), Some("first, second"));
    assert_eq!(read(json!({"user_name": "eve", "attach_user_infos": attached})).user.as_deref(), Some("eve"));
    assert_eq!(read(json!({"attach_user_infos": []})).user, None);
}

#[test]
fn a_tag_needs_a_key() {
    let found =
        read(json!({"tags": [{"key": "a", "value": "b"}, {"key": "c"}, {"value": "d"}, null, {"key": 1, "value": 2}]}));
    let pairs: Vec<(&str, &str)> = found.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    assert_eq!(pairs, [("a", "b"), ("c", ""), ("1", "2")]);
}

#[test]
fn a_maintenance_mode_may_be_written_as_text() {
    for (value, wanted) in [
        (json!(true), Some(true)),
        (json!(false), Some(false)),
        (json!("true"), Some(true)),
        (json!("False"), Some(false)),
        (json!(""), Some(false)),
        (json!(null), Some(false)),
        (json!(1), None),
        (json!("on"), None),
        (json!({}), None),
    ] {
        let entry = json!({"desktop_id": "d1", "in_maintenance_mode": value});
        assert_eq!(reading(&entry).map(|found| found.in_maintenance), wanted, "{entry}");
    }
}

#[test]
fn one_desktop_is_an_object_or_a_list_of_one() {
    let asked: DesktopId = "d1".parse().unwrap();
    let entry = json!({"desktop_id": "d1", "in_maintenance_mode": true});
    for document in [
        json!({"desktop": entry}),
        json!({"desktop": [entry]}),
        json!({"desktop": [{"desktop_id": "d2"}, entry]}),
        json!({"desktop": {"in_maintenance_mode": true}}),
    ] {
        assert!(only_reading(&document, &asked).unwrap().in_maintenance, "{document}");
    }
    for document in [
        json!({}),
        json!([]),
        json!({"desktop": null}),
        json!({"desktop": []}),
        json!({"desktop": [{}, {}]}),
        json!({"desktop": {"desktop_id": "d2", "in_maintenance_mode": true}}),
        json!({"desktop": {"desktop_id": "d1", "in_maintenance_mode": "perhaps"}}),
    ] {
        assert_eq!(only_reading(&document, &asked), None, "{document}");
    }
}

#[test]
fn a_total_is_a_number_or_its_text() {
    for (value, wanted) in [
        (json!(7), Some(7)),
        (json!("7"), Some(7)),
        (json!(-1), None),
        (json!(5_000_000_000_u64), Some(u32::MAX)),
        (json!(null), None),
        (json!("many"), None),
    ] {
        assert_eq!(total(&json!({"total_count": value})), wanted, "{value}");
    }
    assert_eq!(total(&json!({"totalCount": 3})), Some(3));
}
