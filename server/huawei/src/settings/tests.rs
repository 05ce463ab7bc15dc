#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;

/// Settings with both services at that address.
pub(crate) fn example(url: &Url) -> Settings {
    Settings {
        region: "ap-southeast-3".into(),
        iam_url: url.clone(),
        workspace_url: url.clone(),
        ca_file: None,
        proxy: None,
        identity_provider: None,
        time_limits: TimeLimits::default(),
    }
}

#[test]
fn d8_an_identity_provider_s_name_cannot_add_a_header() {
    let read = |name: &str| {
        let url = Url::parse("https://iam.example").unwrap();
        read_identity_provider(&Settings { identity_provider: Some(name.into()), ..example(&url) })
    };
    for good in ["corporate", "Corporate sign-on_2", &"a".repeat(64)] {
        assert_eq!(read(good).unwrap().unwrap(), good);
    }
    for bad in ["", " ", "a\r\nx-evil: 1", "a\n", "a\0", "a\t", "\u{7f}", " a", "a ", "é", &"a".repeat(65)] {
        assert!(matches!(read(bad), Err(SettingsError::InvalidIdentityProvider)), "{bad:?}");
    }
}

#[test]
fn d10_d13_no_call_waits_longer_than_was_promised() {
    let seconds =
        |connect, whole| CallLimits { connect: Duration::from_secs(connect), whole: Duration::from_secs(whole) };
    let TimeLimits { identity, workspace, revoke } = TimeLimits::default();
    assert_eq!((identity, workspace, revoke), (seconds(2, 4), seconds(5, 30), Duration::from_secs(2)));
}

#[test]
fn d5_the_vendor_s_addresses_follow_its_patterns() {
    assert_eq!(default_iam_url("ap-southeast-3").unwrap().as_str(), "https://iam.ap-southeast-3.myhuaweicloud.com/");
    assert_eq!(default_iam_url("eu-west-101").unwrap().as_str(), "https://iam.eu-west-101.myhuaweicloud.eu/");
    let workspace = default_workspace_url("la-south-2").unwrap();
    assert_eq!(workspace.as_str(), "https://workspace.la-south-2.myhuaweicloud.com/");
}

#[test]
fn d5_a_region_cannot_move_the_host() {
    for region in
        ["", "a.evil.example/", "x@evil", "a/../b", "AP", "é", "-a", "a-", "a b", "a\r\nb", "a\n", &"a".repeat(33)]
    {
        assert!(matches!(default_iam_url(region), Err(SettingsError::InvalidRegion)), "{region:?}");
    }
}

#[test]
fn d5_only_https_or_loopback_is_a_base() {
    let check = |address: &str| check_url(Service::Iam, &Url::parse(address).unwrap());
    for good in ["https://iam.example", "https://iam.example:8443/", "http://127.0.0.1:1", "http://[::1]:1"] {
        assert!(check(good).is_ok(), "{good}");
    }
    assert!(check("http://localhost:8080").is_ok());
    for bad in ["http://iam.example", "http://127.0.0.1.example", "http://localhost.example", "ftp://127.0.0.1"] {
        assert!(matches!(check(bad), Err(SettingsError::NotHttps(Service::Iam))), "{bad}");
    }
    for bad in ["https://h/v3", "https://h/?a=b", "https://h/#a", "https://me@h", "https://me:secret@h"] {
        assert!(matches!(check(bad), Err(SettingsError::NotBare(Service::Iam))), "{bad}");
    }
}

#[test]
fn b13_a_proxy_s_password_is_not_printed() {
    let settings = Settings {
        proxy: Some(Url::parse("http://me:canary@proxy.example:3128").unwrap()),
        ..example(&Url::parse("https://iam.example").unwrap())
    };
    let printed = format!("{settings:?} {:?}", crate::Huawei::new(&settings));
    assert!(printed.contains("proxy.example") && !printed.contains("canary"), "{printed}");
}
