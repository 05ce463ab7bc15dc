//! Where calls go, and that nothing sends them elsewhere.

use std::time::Duration;

use domain::maintenance::outcome::PutOutcome;
use huawei::{CallLimits, Huawei, Service, Settings, SettingsError};
use secrecy::SecretString;
use service::ports::{Cloud, PasswordSignIn, SignInError};
use service::secret::Access;
use url::Url;

use crate::peer::{Peer, Reply, http};
use crate::{CALLS, access, call, hasty, ids, limited, patient, settings};

#[tokio::test]
async fn d6_a_redirect_is_an_error_and_nothing_goes_to_the_other_host() {
    let elsewhere = Peer::new([]).await;
    let location = format!("location: {}\r\n", elsewhere.url());
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        for number in 0..CALLS {
            let here = Peer::new([Reply::Send(http(status, &location, b""))]).await;
            let outcome = call(&patient(&here.url()), number).await;
            let code = &status[..3];
            // Asking for a token's end tells nothing.
            assert!(outcome.contains(code) || outcome == "()", "{number} {status}: {outcome}");
            assert_eq!(here.requests().len(), 1, "{number} {status}");
        }
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn d5_nothing_that_a_person_or_a_cloud_says_moves_the_host() {
    for word in ["@evil.example", "evil.example", "//evil.example/", "http://evil.example", "..", "a\r\nhost: evil"] {
        let refusal = || Reply::Send(http("401 Unauthorized", "", b"{}"));
        let peer = Peer::new([refusal(), refusal(), refusal()]).await;
        let cloud = hasty(&peer.url());
        let form = PasswordSignIn {
            account: word.into(),
            user: word.into(),
            password: SecretString::from(word),
            project: Some(word.into()),
        };
        drop(cloud.sign_in(&form).await);
        drop(cloud.exchange(&SecretString::from(word), Some(word)).await);
        let mut access = access();
        access.project.id = word.into();
        drop(cloud.set_maintenance(&access, &ids(&["d1"]), true).await);
        let requests = peer.requests();
        assert!(!requests.is_empty(), "{word:?}");
        for request in requests {
            let (head, _) = request.split_once("\r\n\r\n").unwrap();
            let hosts: Vec<&str> = head.lines().filter(|line| line.to_ascii_lowercase().starts_with("host:")).collect();
            assert_eq!(hosts, [format!("host: {}", peer.url().authority())], "{word:?}");
            assert!(head.starts_with("POST /v3") || head.starts_with("PUT /v2/"), "{word:?} {head}");
        }
    }
}

#[tokio::test]
async fn d8_an_id_stays_one_step_of_the_path_or_never_leaves() {
    for (id, wanted) in [("a/../b?c#d", "/v2/a%2F..%2Fb%3Fc%23d/desktops/d1"), ("é", "/v2/%C3%A9/desktops/d1")] {
        let peer = Peer::new([Reply::Send(http("404 Not Found", "", b"{}"))]).await;
        let mut access = access();
        access.project.id = id.into();
        patient(&peer.url()).look(&access, &ids(&["d1"])[0]).await;
        assert!(peer.requests()[0].starts_with(&format!("GET {wanted} HTTP/1.1\r\n")), "{:?}", peer.requests());
    }
    for id in ["", ".", "..", "a\r\nb", "\0"] {
        let peer = Peer::new([]).await;
        let mut access = access();
        access.project.id = id.into();
        let outcome = hasty(&peer.url()).set_maintenance(&access, &ids(&["d1"]), true).await;
        assert_eq!((outcome, peer.requests().len()), (PutOutcome::NotSentOut, 0), "{id:?}");
    }
    let peer = Peer::new([]).await;
    for id in ["", "..", "a/b", "a b", "a\r\nb"] {
        let outcome = hasty(&peer.url()).exchange(&SecretString::from("eyJ"), Some(id)).await;
        assert_eq!(outcome.unwrap_err(), SignInError::NoProject, "{id:?}");
    }
    assert_eq!(peer.requests().len(), 0);
}

#[tokio::test]
async fn d8_a_token_that_cannot_stand_in_a_header_never_leaves() {
    let peer = Peer::new([]).await;
    let cloud = hasty(&peer.url());
    let access = Access { token: SecretString::from("MII\r\nx-evil: 1"), ..access() };
    let outcome = cloud.set_maintenance(&access, &ids(&["d1"]), true).await;
    assert_eq!(outcome, PutOutcome::NotSentOut);
    assert_eq!(cloud.projects(&access.token).await.unwrap_err(), SignInError::Unreachable);
    cloud.revoke(&access.token).await;
    assert_eq!(peer.requests().len(), 0);
}

#[test]
fn d5_d8_wrong_settings_are_refused_by_name() {
    let good = || limited(&Url::parse("http://127.0.0.1:1").unwrap(), Duration::from_secs(1));
    let refused = |settings: Settings| Huawei::new(&settings).map(|_| ()).unwrap_err();
    assert!(Huawei::new(&good()).is_ok());
    let outside = Url::parse("http://workspace.example").unwrap();
    let error = refused(Settings { workspace_url: outside.clone(), ..good() });
    assert!(matches!(error, SettingsError::NotHttps(Service::Workspace)));
    assert!(matches!(refused(Settings { iam_url: outside, ..good() }), SettingsError::NotHttps(Service::Iam)));
    let path = Url::parse("https://iam.example/v3").unwrap();
    assert!(matches!(refused(Settings { iam_url: path, ..good() }), SettingsError::NotBare(_)));
    for region in ["A/B", "ap-southeast-3\r\nx-evil: 1", "ap\n"] {
        assert!(matches!(refused(Settings { region: region.into(), ..good() }), SettingsError::InvalidRegion));
    }
    for name in ["", "a\r\nx-evil: 1", "a\n"] {
        let error = refused(Settings { identity_provider: Some(name.into()), ..good() });
        assert!(matches!(error, SettingsError::InvalidIdentityProvider), "{name:?}");
    }
    let second = Duration::from_secs(1);
    for service in [Service::Iam, Service::Workspace] {
        let mut slow = good();
        let limits = CallLimits { connect: second, whole: second };
        match service {
            Service::Iam => slow.time_limits.identity = limits,
            Service::Workspace => slow.time_limits.workspace = limits,
        }
        assert!(matches!(refused(slow), SettingsError::ConnectLimitTooLong(found) if found == service));
    }
    let missing = Some("no/such/file.pem".into());
    assert!(matches!(refused(Settings { ca_file: missing, ..good() }), SettingsError::UnreadableCertificates { .. }));
    let no_pem = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into());
    assert!(matches!(refused(Settings { ca_file: no_pem, ..good() }), SettingsError::NoCertificates { .. }));
    let proxied = |proxy: &str| Settings {
        workspace_url: Url::parse("https://workspace.example").unwrap(),
        proxy: Some(Url::parse(proxy).unwrap()),
        ..good()
    };
    assert!(matches!(refused(proxied("ftp://proxy.example")), SettingsError::InvalidProxy));
}

#[tokio::test]
async fn without_an_identity_provider_no_id_token_leaves() {
    let peer = Peer::new([]).await;
    let cloud = Huawei::new(&Settings { identity_provider: None, ..settings(&peer.url()) }).unwrap();
    let outcome = cloud.exchange(&SecretString::from("eyJ.e30.c2ln"), None).await;
    assert_eq!((outcome.unwrap_err(), peer.requests().len()), (SignInError::ProviderUnknown, 0));
}
