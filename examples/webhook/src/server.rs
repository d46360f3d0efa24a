//! Listening, and stopping without losing anything.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::intake::Limits;
use crate::rate::Rate;
use crate::routes::{self, Service};
use crate::telemetry;
use crate::write_back::WriteBack;

/// How often memory of what is over is given back.
const TIDY: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or SIGINT, then ends what is under way.
pub fn run(config: Config) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(config))
}

async fn serve(config: Config) -> Result<()> {
    let metrics = telemetry::count()?;
    let stopping = CancellationToken::new();
    let write_back = WriteBack::start(&config, stopping.clone())?;
    let Config { options, classifier, doors, .. } = config;
    let limits = Limits { bytes: options.max_body.get(), time: options.read_timeout };
    let rate = Arc::new(Rate::new(options.rate, options.burst));
    let service = Service { doors, limits, classifier, write_back: Arc::clone(&write_back) };
    let hooks = routes::hooks(Arc::new(service), Arc::clone(&rate), options.concurrent.get());
    let admin = routes::admin(metrics.clone(), Arc::clone(&write_back), stopping.clone());

    let hooks = Listener::open("hooks", options.listen, hooks, options.read_timeout)?;
    let admin = Listener::open("admin", options.admin, admin, options.read_timeout)?;
    tokio::spawn(async move {
        let mut tick = interval(TIDY);
        loop {
            tick.tick().await;
            metrics.run_upkeep();
            rate.tidy();
        }
    });

    terminated().await?;
    tracing::info!(grace = ?options.grace, "stopping");
    let until = Instant::now() + options.grace;
    stopping.cancel();
    hooks.close(options.grace).await?;
    let finished = write_back.finish(until.saturating_duration_since(Instant::now())).await;
    admin.close(Duration::from_millis(100)).await?;
    finished
}

/// An open port.
struct Listener {
    handle: Handle<SocketAddr>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Listener {
    /// Listens, and says where: the port may have been left to the system.
    fn open(name: &str, at: SocketAddr, router: Router, patience: Duration) -> Result<Self> {
        let listener = TcpListener::bind(at).with_context(|| format!("cannot listen on {at}"))?;
        listener.set_nonblocking(true)?;
        println!("{name} on http://{}", listener.local_addr()?);
        let handle = Handle::new();
        let mut server: Server<SocketAddr> = axum_server::from_tcp(listener)?
            .handle(handle.clone())
            .http1_only()
            .accept_error_handler(|_, error| tracing::warn!("no connection: {error}"));
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(patience);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        Ok(Self { handle, task: tokio::spawn(server.serve(service)) })
    }

    /// Takes no more connections; waits for the requests that are being answered.
    async fn close(self, grace: Duration) -> Result<()> {
        self.handle.graceful_shutdown(Some(grace));
        Ok(self.task.await??)
    }
}

#[cfg(unix)]
async fn terminated() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn terminated() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
