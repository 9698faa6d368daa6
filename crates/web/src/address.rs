//! The address of the client: the connection's, or the one a proxy in front names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;

use crate::state::WebState;

/// The address of the client.
pub struct Address(pub IpAddr);

/// What a request says of where it came from.
pub fn address(
    parts_headers: &axum::http::HeaderMap,
    connection: Option<SocketAddr>,
    behind_proxy: bool,
) -> IpAddr {
    let direct = connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
    if !behind_proxy {
        return direct;
    }
    // The last entry is the one our own proxy wrote; those before it anybody can send.
    let forwarded = parts_headers.get_all("x-forwarded-for").iter().next_back();
    let named = forwarded.and_then(|value| value.to_str().ok()).and_then(|value| value.rsplit(',').next());
    named.and_then(|text| text.trim().parse().ok()).unwrap_or(direct)
}

impl FromRequestParts<WebState> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Address, Infallible> {
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        Ok(Address(address(&parts.headers, connection, state.settings.behind_proxy)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderMap;

    #[test]
    fn only_our_own_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "10.9.9.9, 10.1.2.3".parse().unwrap());
        let connection = Some("127.0.0.1:5000".parse().unwrap());
        assert_eq!(address(&headers, connection, false).to_string(), "127.0.0.1");
        assert_eq!(address(&headers, connection, true).to_string(), "10.1.2.3");
        headers.insert("x-forwarded-for", "not an address".parse().unwrap());
        assert_eq!(address(&headers, connection, true).to_string(), "127.0.0.1");
    }
}
