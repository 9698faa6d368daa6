//! `guiju serve`: the platform, until it is asked to stop.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use app::log::Log;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;
use web::{Settings, WebState};

use super::{Office, Open, Place, runtime};
use crate::Common;
use crate::exit::{Done, Failure, print};

/// How often the log is looked at: a checkpoint follows an act within a second.
const SIGN_EVERY: Duration = Duration::from_millis(900);
/// How often what is over is forgotten.
const PURGE_EVERY: Duration = Duration::from_secs(600);
/// How long requests that were accepted may still take when the program is asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(40);

/// What is served, where, and how.
#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    place: Place,
    /// 监听地址 / where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8750")]
    listen: SocketAddr,
    /// 首次启动时的单位编号 / id of the unit, at the first start
    #[arg(long, value_name = "ID", default_value = "u-1")]
    unit: String,
    /// 首次启动时的账本名称，宜用单位域名 / name of the log at the first start, best a domain of the agency
    #[arg(long, value_name = "NAME")]
    log_name: Option<String>,
    /// 前面有反向代理：以它所报的地址为客户地址 / behind a reverse proxy: believe the address it names
    #[arg(long)]
    behind_proxy: bool,
    /// 一个地址一分钟最多的请求数；全单位经一个出口上网的，按人数放宽 / requests an address may send in a minute
    #[arg(long, value_name = "N", default_value = "1200")]
    requests_per_minute: NonZeroU32,
    /// 浏览器经 TLS 访问：会话与 TLS 绑定，发 HSTS / browsers come by TLS: bind sessions to it, send HSTS
    #[arg(long)]
    secure: bool,
}

/// `guiju serve`.
pub fn run(args: &ServeArgs, common: &Common) -> Result<Done, Failure> {
    log_to_stderr();
    runtime()?.block_on(serve(args, common))
}

async fn serve(args: &ServeArgs, common: &Common) -> Result<Done, Failure> {
    let office = args.place.office(common, Open::OrCreate { name: args.log_name.clone() }).await?;
    let Office { app, log, store } = office;
    if let Some(first) = app.first_start(&args.unit).await.map_err(Failure::fault)? {
        print("首次启动，三名管理员的一次性密码如下，只显示这一次，首次登录须修改：")?;
        for one in first {
            print(&format!("  {}\t{}\t{}", one.title, one.login, one.password))?;
        }
    }
    sign(&log, &mut None).await;
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| Failure::Input(format!("无法监听 {}：{error}", args.listen)))?;
    let at = listener.local_addr().map_err(Failure::fault)?;
    print(&format!("账本公钥：{}", log.public_key()))?;
    print(&format!("开始服务：http://{at}"))?;
    tracing::info!(%at, law = %app.book().digest, "serving");
    let settings = Settings {
        secure: args.secure,
        behind_proxy: args.behind_proxy,
        n_requests_a_minute: args.requests_per_minute,
        ..Settings::default()
    };
    let figures = web::figures().map_err(Failure::fault)?;
    let state = WebState::new(app.clone(), log.clone(), settings, figures.clone());
    let (stop, stopped) = watch::channel(());
    let upkeep = tokio::spawn(keep_up(app, log.clone(), figures, stopped.clone()));
    let asked = async move {
        stop_signal().await;
        tracing::info!("stopping");
        let _ = stop.send(());
    };
    let mut late = stopped;
    let late = async move {
        let _ = late.changed().await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    let done = tokio::select! {
        done = web::serve(listener, state, asked) => done.map_err(Failure::fault),
        () = late => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    };
    let _ = upkeep.await;
    // What was accepted last is signed too.
    sign(&log, &mut None).await;
    store.close().await;
    tracing::info!("stopped");
    done.map(|()| Done::Clean)
}

/// What goes on besides requests: signing, forgetting, figures.
async fn keep_up(app: app::App, log: Log, figures: web::Figures, mut stopped: watch::Receiver<()>) {
    let mut signing = tokio::time::interval(SIGN_EVERY);
    let mut purging = tokio::time::interval(PURGE_EVERY);
    signing.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut told = None;
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = signing.tick() => sign(&log, &mut told).await,
            _ = purging.tick() => {
                figures.run_upkeep();
                if let Err(error) = app.purge(app.now()).await {
                    tracing::warn!(%error, "what is over could not be forgotten");
                }
            }
        }
    }
}

/// Signs what is new; why it cannot is told once.
async fn sign(log: &Log, told: &mut Option<String>) {
    match log.attest().await {
        Ok(_) => {
            if told.take().is_some() {
                tracing::info!("the log is signed again");
            }
        }
        Err(error) => {
            let why = error.to_string();
            if told.as_ref() != Some(&why) {
                tracing::error!(%error, "the log is not signed");
            }
            *told = Some(why);
        }
    }
}

/// Lines for people on a terminal, JSON for programs; on standard error, for standard output is for people.
fn log_to_stderr() {
    let level = tracing::level_filters::LevelFilter::INFO;
    let plain =
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level).with_target(false);
    // A second subscriber is refused; then the first one goes on.
    let _ = if std::io::stderr().is_terminal() {
        tracing::subscriber::set_global_default(plain.finish())
    } else {
        tracing::subscriber::set_global_default(plain.json().flatten_event(true).finish())
    };
}

/// Done when the program is asked to stop.
async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminated) = terminated {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
