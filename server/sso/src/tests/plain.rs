//! People whom a plain header names.

use secrecy::ExposeSecret as _;

use super::*;

const USER: &str = "X-Forwarded-User";

/// The headers that an otherwise well set up proxy was seen to let through.
const FOREIGN: [&str; 9] = [
    "x_forwarded_user",
    "x-auth-request-groups",
    "X-WEBAUTH-USER",
    "X-Pomerium-Jwt-Assertion",
    "Cf-Access-Jwt-Assertion",
    "X-Goog-Iap-Jwt-Assertion",
    "X-Amzn-Oidc-Data",
    "REMOTE_USER",
    "Remote-Groups",
];

fn sso() -> Sso {
    let headers = HeaderSettings {
        user_header: USER.to_owned(),
        name_header: Some("X-Forwarded-Preferred-Username".to_owned()),
        email_header: Some("X-Forwarded-Email".to_owned()),
        groups_header: Some("X-Forwarded-Groups".to_owned()),
    };
    let settings = Settings { id_token_header: Some("Authorization".to_owned()), ..settings(Mode::Header(headers)) };
    Sso::new(settings).unwrap()
}

#[tokio::test]
async fn a3_an_untrusted_peer_is_nobody_and_the_audit_learns_whether_it_tried() {
    let sso = sso();
    for peer in ["127.0.0.2", "192.0.2.1", "::1", "::ffff:127.0.0.2"] {
        let peer = Some(peer.parse().unwrap());
        assert!(!sso.is_trusted(peer));
        for (given, carried) in
            [(&[(USER, "first")][..], true), (&[], false), (&[("x_forwarded_user", "first")], false)]
        {
            let refusal = sso.identify(peer, &headers(given), NOW).await.unwrap_err();
            assert_eq!(refusal, Refusal::UntrustedPeer { carried }, "{peer:?} {given:?}");
        }
    }
    assert!(sso.is_trusted(Some("::ffff:127.0.0.1".parse().unwrap())));
}

#[tokio::test]
async fn a4_the_peer_is_the_tcp_peer_whatever_a_request_says() {
    let sso = sso();
    for name in ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "X-Envoy-External-Address"] {
        for said in [PROXY, "192.0.2.1", "for=127.0.0.1", "127.0.0.1, 192.0.2.1"] {
            let given = headers(&[(USER, "first"), (name, said)]);
            let stranger = sso.identify(Some("192.0.2.1".parse().unwrap()), &given, NOW).await;
            assert_eq!(stranger.unwrap_err(), Refusal::UntrustedPeer { carried: true }, "{name}: {said}");
            assert!(sso.identify(Some(PROXY.parse().unwrap()), &given, NOW).await.is_ok(), "{name}: {said}");
        }
    }
}

#[tokio::test]
async fn a_socket_is_trusted_only_where_it_is_listened_to() {
    let given = headers(&[(USER, "first")]);
    assert_eq!(sso().identify(None, &given, NOW).await.unwrap_err(), Refusal::UntrustedPeer { carried: true });
    let mode = Mode::Header(HeaderSettings { user_header: USER.to_owned(), ..HeaderSettings::default() });
    let settings = Settings { trusted_peers: Vec::new(), listens_on_socket: true, ..settings(mode) };
    let sso = Sso::new(settings).unwrap();
    assert_eq!(sso.identify(None, &given, NOW).await.unwrap().subject, "first");
    assert!(!sso.is_trusted(Some(PROXY.parse().unwrap())));
}

#[tokio::test]
async fn a5_headers_of_other_proxies_do_nothing() {
    let sso = sso();
    for name in FOREIGN {
        assert_eq!(identify(&sso, &[(name, "forged")]).await.unwrap_err(), Refusal::Missing, "{name}");
        let person =
            identify(&sso, &[(name, "forged"), (USER, "first"), ("X-Forwarded-Groups", "staff")]).await.unwrap();
        assert_eq!((person.subject.as_str(), person.name.as_str()), ("first", "first"), "{name}");
        assert_eq!((person.email, person.groups), (None, vec!["staff".to_owned()]), "{name}");
        assert!(person.id_token.is_none(), "{name}");
    }
}

#[tokio::test]
async fn a6_an_unclear_header_names_nobody() {
    let sso = sso();
    let long = "a".repeat(257);
    for (given, refusal) in [
        (&[(USER, "first"), (USER, "second")][..], Refusal::Repeated),
        (&[(USER, "first"), (USER, "first")], Refusal::Repeated),
        (&[(USER, "first,second")], Refusal::Malformed),
        (&[(USER, "")], Refusal::Malformed),
        (&[(USER, &long)], Refusal::TooLong),
        (&[(USER, "first\tsecond")], Refusal::Malformed),
        (&[(USER, "first"), ("X-Forwarded-Email", "a@b"), ("X-Forwarded-Email", "a@b")], Refusal::Repeated),
        (&[(USER, "first"), ("X-Forwarded-Groups", "staff"), ("X-Forwarded-Groups", "lead")], Refusal::Repeated),
        (&[(USER, "first"), ("X-Forwarded-Groups", "sta\tff")], Refusal::Malformed),
    ] {
        assert_eq!(identify(&sso, given).await.unwrap_err(), refusal, "{given:?}");
    }
    let person = identify(&sso, &[(USER, "zoë"), ("X-Forwarded-Preferred-Username", "Zoë Ünal 王")]).await.unwrap();
    assert_eq!((person.subject.as_str(), person.name.as_str()), ("zoë", "Zoë Ünal 王"));
}

#[tokio::test]
async fn a7_a_header_that_the_connection_drops_is_missing() {
    let sso = sso();
    assert_eq!(identify(&sso, &[]).await.unwrap_err(), Refusal::Missing);
    for given in [
        &[("Connection", "close, X-Forwarded-User")][..],
        &[("Connection", "close, X-Forwarded-User"), (USER, "first")],
    ] {
        assert_eq!(identify(&sso, given).await.unwrap_err(), Refusal::Missing, "{given:?}");
    }
}

#[tokio::test]
async fn a8_a_name_with_underscores_is_another_name() {
    let sso = sso();
    assert_eq!(identify(&sso, &[("x_forwarded_user", "first")]).await.unwrap_err(), Refusal::Missing);
    let person = identify(&sso, &[("X_Forwarded_User", "second"), ("x-FORWARDED-user", "first")]).await.unwrap();
    assert_eq!(person.subject, "first");
}

#[tokio::test]
async fn a10_a_person_is_the_user_header_and_the_configured_issuer() {
    let given = [(USER, "s-1"), ("X-Forwarded-Email", "first@example.org"), ("X-Forwarded-Groups", "staff, helpdesk")];
    let person = identify(&sso(), &given).await.unwrap();
    assert_eq!((person.issuer.as_str(), person.subject.as_str(), person.name.as_str()), ("sso", "s-1", "s-1"));
    assert_eq!(person.email.as_deref(), Some("first@example.org"));
    assert_eq!(person.groups, ["staff", "helpdesk"]);
    let mode = Mode::Header(HeaderSettings { user_header: USER.to_owned(), ..HeaderSettings::default() });
    let sso = Sso::new(Settings { issuer: Some("https://sso.example".to_owned()), ..settings(mode) }).unwrap();
    let person = identify(&sso, &given).await.unwrap();
    assert_eq!((person.issuer.as_str(), person.subject.as_str()), ("https://sso.example", "s-1"));
    assert_eq!((person.email, person.groups.len()), (None, 0));
}

#[tokio::test]
async fn an_id_token_comes_along_where_its_header_is_named() {
    let sso = sso();
    let token = format!("{0}.{0}.c2ln", "e30");
    let bearer = format!("Bearer {token}");
    for (given, expected) in [
        (&[(USER, "first"), ("Authorization", bearer.as_str())][..], true),
        (&[(USER, "first"), ("Authorization", "Basic e30")], false),
        (&[(USER, "first"), ("Authorization", bearer.as_str()), ("Authorization", bearer.as_str())], false),
        (&[(USER, "first"), ("OIDC_id_token", token.as_str())], false),
    ] {
        let person = identify(&sso, given).await.unwrap();
        let found = person.id_token.as_ref().map(|found| found.token.expose_secret());
        assert_eq!(found, expected.then_some(token.as_str()), "{given:?}");
        assert!(!format!("{person:?}").contains(&token));
    }
}
