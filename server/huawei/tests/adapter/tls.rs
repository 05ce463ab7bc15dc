//! Whom the adapter believes.

use std::path::Path;
use std::sync::Arc;

use domain::maintenance::outcome::{Body, PutOutcome};
use huawei::{CallLimits, Huawei, Settings, SettingsError, TimeLimits};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::ServerConfig;

use crate::peer::{Peer, Reply, http};
use crate::{CALLS, answered, call, put, settings};

/// A certificate authority of nobody.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for that name, signed by the authority, else by itself.
fn acceptor(
    names: &[&str],
    authority: Option<&CertifiedIssuer<'static, KeyPair>>,
    expired: bool,
) -> (TlsAcceptor, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    if expired {
        params.not_after = date_time_ymd(2020, 1, 1);
    }
    let certificate = match authority {
        Some(authority) => params.signed_by(&key, authority).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), certificate.pem())
}

/// A peer with that certificate, and the adapter with that file of authorities; `None` where the machine itself has no
/// certificates and none are given.
async fn meet(acceptor: TlsAcceptor, ca_file: Option<&Path>) -> (Peer, Option<Huawei>) {
    let peer = Peer::with_tls([Reply::Send(http("200 OK", "", b""))], acceptor).await;
    match Huawei::new(&Settings { ca_file: ca_file.map(Into::into), ..settings(&peer.url()) }) {
        Ok(cloud) => (peer, Some(cloud)),
        Err(SettingsError::Client { .. }) => (peer, None),
        Err(error) => panic!("{error}"),
    }
}

async fn check_refused(acceptor: TlsAcceptor, ca_file: Option<&Path>) {
    let (peer, cloud) = meet(acceptor, ca_file).await;
    let Some(cloud) = cloud else { return };
    assert_eq!(put(&cloud).await, PutOutcome::NotSentOut);
    for number in 0..CALLS {
        let outcome = call(&cloud, number).await;
        assert!(["NotSentOut", "Unreachable", "()"].iter().any(|word| outcome.contains(word)), "{number}: {outcome}");
    }
    assert_eq!(peer.requests().len(), 0, "nothing was said to it");
}

fn write(folder: &tempfile::TempDir, pem: &str) -> std::path::PathBuf {
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, pem).unwrap();
    path
}

#[tokio::test]
async fn d7_a_certificate_of_nobody_is_refused() {
    let (own, _) = acceptor(&["127.0.0.1"], None, false);
    check_refused(own, None).await;
    let (unknown, _) = acceptor(&["127.0.0.1"], Some(&authority()), false);
    check_refused(unknown, None).await;
}

#[tokio::test]
async fn d7_it_is_accepted_once_its_authority_is_in_the_file() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let file = write(&folder, &authority.pem());
    let (known, _) = acceptor(&["127.0.0.1"], Some(&authority), false);
    let (peer, cloud) = meet(known, Some(&file)).await;
    assert_eq!(put(&cloud.unwrap()).await, answered(200, Body::Empty));
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn d7_the_file_makes_neither_another_name_nor_an_old_one_nor_another_authority_good() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), authority());
    let file = write(&folder, &authority.pem());
    let (other_name, _) = acceptor(&["iam.example"], Some(&authority), false);
    check_refused(other_name, Some(&file)).await;
    let (old, _) = acceptor(&["127.0.0.1"], Some(&authority), true);
    check_refused(old, Some(&file)).await;
    let (other_authority, _) = acceptor(&["127.0.0.1"], Some(&self::authority()), false);
    check_refused(other_authority, Some(&file)).await;
}

#[test]
fn d7_there_is_no_setting_to_look_away() {
    // A new setting does not compile here until somebody has asked whether it weakens TLS.
    let url = url::Url::parse("https://iam.example").unwrap();
    let Settings { region: _, iam_url: _, workspace_url: _, ca_file: _, proxy: _, identity_provider: _, time_limits } =
        settings(&url);
    let TimeLimits { identity: CallLimits { connect: _, whole: _ }, workspace: _, revoke: _ } = time_limits;
    for source in [include_str!("../../src/client.rs"), include_str!("../../src/settings.rs")] {
        for word in ["danger", "insecure", "verify"] {
            assert!(!source.to_ascii_lowercase().contains(word), "{word}");
        }
    }
}
