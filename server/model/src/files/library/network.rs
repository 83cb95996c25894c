//! What the user's network needs: certificates of its own, proxies. The variables are those that Python's HTTP clients read,
//! because `huggingface_hub` works where they are set.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Proxy, config::Config};

/// What the environment says about the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// A file or a folder of certificates to trust in place of the system's, and the variable that names it.
    certificates: Option<(&'static str, PathBuf)>,
    /// The proxy for addresses with `http`, and with `https`.
    http: Option<String>,
    https: Option<String>,
    /// Hosts that are reached without a proxy.
    direct: Vec<String>,
}

/// The network with its certificates, which are read once, when the first address needs them.
pub(super) struct Opened {
    network: Network,
    roots: OnceLock<Result<RootCerts, String>>,
}

impl Network {
    pub(super) fn from_variables(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| get(name)?.into_string().ok().filter(|text| !text.trim().is_empty());
        let either = |name: &str| text(name).or_else(|| text(&name.to_uppercase()));
        let named = |name: &'static str| get(name).map(|path| (name, PathBuf::from(path)));
        let certificates = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].into_iter();
        let hosts = either("no_proxy").unwrap_or_default();
        Self {
            certificates: certificates.filter_map(named).next(),
            http: either("http_proxy").or_else(|| either("all_proxy")),
            https: either("https_proxy").or_else(|| either("all_proxy")),
            direct: hosts.split(',').map(host).filter(|host| !host.is_empty()).collect(),
        }
    }

    pub(super) fn open(&self) -> Arc<Opened> {
        Arc::new(Opened { network: self.clone(), roots: OnceLock::new() })
    }

    /// The proxy for an address. The error is one line.
    fn proxy(&self, uri: &Uri) -> Result<Option<Proxy>, String> {
        let https = uri.scheme_str() == Some("https");
        let (name, written) = if https { ("HTTPS_PROXY", &self.https) } else { ("HTTP_PROXY", &self.http) };
        let Some(written) = written.as_deref().filter(|_| !self.is_direct(uri.host().unwrap_or_default())) else {
            return Ok(None);
        };
        let proxy = Proxy::new(written.trim());
        proxy.map(Some).map_err(|e| format!("{name} cannot be used ({e}); write http://HOST:PORT, or unset it"))
    }

    /// Whether a host is reached without a proxy: this computer, and `no_proxy` with all hosts below it.
    fn is_direct(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        let below = |direct: &String| host.strip_suffix(direct.as_str()).is_some_and(|rest| rest.ends_with('.'));
        ["localhost", "127.0.0.1", "[::1]"].contains(&&*host)
            || self.direct.iter().any(|direct| direct == "*" || *direct == host || below(direct))
    }
}

/// An entry of `no_proxy`: `.example.com`, `*.example.com` and `example.com:443` mean the host.
fn host(entry: &str) -> String {
    let entry = entry.trim().to_lowercase();
    let entry = entry.strip_prefix("*.").or_else(|| entry.strip_prefix('.')).unwrap_or(&entry);
    let port = entry.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()));
    port.map_or(entry, |(host, _)| host).to_owned()
}

impl Opened {
    /// The settings for one address. The error is one line.
    pub(super) fn config(&self, uri: &Uri) -> Result<Config, String> {
        let mut tls = TlsConfig::builder();
        if uri.scheme_str() == Some("https") {
            tls = tls.root_certs(self.roots.get_or_init(|| roots(&self.network)).clone()?);
        }
        Ok(ureq::Agent::config_builder().tls_config(tls.build()).proxy(self.network.proxy(uri)?).build())
    }
}

/// The certificates to trust: those that a variable names, or else the system's, or else Mozilla's if the system has none.
fn roots(network: &Network) -> Result<RootCerts, String> {
    let Some((name, path)) = &network.certificates else {
        let found = rustls_native_certs::load_native_certs();
        found.errors.iter().for_each(|e| tracing::debug!("certificates: {e}"));
        return Ok(if found.certs.is_empty() { RootCerts::WebPki } else { trusted(found.certs) });
    };
    let (file, folder) = if path.is_dir() { (None, Some(path.as_path())) } else { (Some(path.as_path()), None) };
    let found = rustls_native_certs::load_certs_from_paths(file, folder);
    if found.certs.is_empty() {
        let why = found.errors.first().map_or_else(|| "it has none".to_owned(), |e| e.to_string());
        return Err(format!("no certificate in {}, which {name} names ({why}); correct the variable", path.display()));
    }
    Ok(trusted(found.certs))
}

fn trusted<C: AsRef<[u8]>>(certificates: Vec<C>) -> RootCerts {
    certificates.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(variables: &[(&str, &str)]) -> Network {
        Network::from_variables(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()))
    }

    #[test]
    fn a_proxy_is_chosen_as_pythons_clients_choose_it() {
        let proxy = |variables: &[(&str, &str)], address: &str| {
            let chosen = network(variables).proxy(&address.parse().expect("an address"));
            chosen.map(|proxy| proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
        };
        let (https, http) = (("HTTPS_PROXY", "http://a:1"), ("http_proxy", "b:2"));
        let is =
            |found: Result<Option<String>, String>, host: Option<&str>| assert_eq!(found, Ok(host.map(str::to_owned)));
        is(proxy(&[https, http], "https://huggingface.co/x"), Some("a:1"));
        is(proxy(&[https, http], "http://hub.example.com/x"), Some("b:2"));
        is(proxy(&[("ALL_PROXY", "c:3"), https], "https://huggingface.co/x"), Some("a:1"));
        is(proxy(&[("ALL_PROXY", "c:3"), https], "http://huggingface.co/x"), Some("c:3"));
        is(proxy(&[https], "https://localhost:8/x"), None);
        is(proxy(&[("HTTPS_PROXY", " ")], "https://huggingface.co/x"), None);
        for (hosts, direct) in [
            ("example.com, huggingface.co", true),
            ("cdn.huggingface.co", false),
            (".co", true),
            ("*.huggingface.co", true),
            ("HUGGINGFACE.CO:443", true),
            ("gingface.co", false),
            ("*", true),
        ] {
            let host = if direct { None } else { Some("a:1") };
            is(proxy(&[https, ("NO_PROXY", hosts)], "https://huggingface.co/x"), host);
        }
        let wrong = proxy(&[("HTTPS_PROXY", "ftp://a b")], "https://huggingface.co/x").unwrap_err();
        assert!(
            wrong.starts_with("HTTPS_PROXY cannot be used (") && wrong.contains("; write http://HOST:PORT"),
            "{wrong}"
        );
    }

    #[test]
    fn a_variable_without_certificates_is_named() {
        let folder = crate::tiny::Folder::empty();
        let path = folder.write("empty.pem", "");
        let said = |name: &str, path: &str| roots(&network(&[(name, path)])).err();
        let path = path.display().to_string();
        let message = said("SSL_CERT_FILE", &path).expect("it has none");
        assert!(message.starts_with(&format!("no certificate in {path}, which SSL_CERT_FILE names (")), "{message}");
        let message = said("REQUESTS_CA_BUNDLE", "/no/such.pem").expect("there is none");
        assert!(message.contains("which REQUESTS_CA_BUNDLE names ("), "{message}");
    }
}
