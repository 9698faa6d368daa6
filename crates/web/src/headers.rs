//! Headers every answer carries: what a browser may do with it.

use axum::http::{HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

/// No script but our own files, no frame, no plugin, no form to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same for the viewer of the API's description, which styles its parts in the page.
const VIEWER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

type Layer = SetResponseHeaderLayer<HeaderValue>;

/// The policy of the viewer.
pub fn of_viewer() -> Layer {
    let value = HeaderValue::from_static(VIEWER_POLICY);
    SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, value)
}

/// The headers, for a server that is reached by TLS or not.
pub fn layers(secure: bool) -> Vec<Layer> {
    let fixed = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let mut layers = vec![
        fixed(header::CONTENT_SECURITY_POLICY, POLICY),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::X_FRAME_OPTIONS, "DENY"),
        fixed(header::REFERRER_POLICY, "same-origin"),
        fixed(header::CACHE_CONTROL, "no-store"),
    ];
    if secure {
        layers.push(fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
    }
    layers
}
