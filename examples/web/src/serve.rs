//! Serves the page to the browsers of this machine, and to no other.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Serves `folder` until the program is ended, and says first at which address.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn serve(folder: &Path, port: u16, say: impl FnOnce(SocketAddr)) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("cannot listen on port {port}; choose another with --port"))?;
    say(listener.local_addr()?);
    let fresh = SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache"),
    );
    let page = Router::new().fallback_service(ServeDir::new(folder)).layer(fresh);
    axum::serve(listener, page).await.context("the server stopped")
}
