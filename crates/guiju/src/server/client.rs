//! Asks a running server, over HTTP.

use std::io;
use std::time::Duration;

use clap::Args;
use ledger::tiles::{LogPath, LogSource};
use ureq::Agent;

use crate::exit::Failure;

/// The longest answer that is read: a bundle.
const ANSWER_BYTES_MAX: u64 = 1 << 30;

/// A server, and with what one comes in.
#[derive(Args, Clone)]
pub struct Remote {
    /// 正在运行的服务 / a running server
    #[arg(long, value_name = "URL", conflicts_with_all = ["db", "data"])]
    pub url: Option<String>,
    /// 存放访问令牌的文件 / file that holds an access token
    #[arg(long, value_name = "FILE")]
    pub token: Option<std::path::PathBuf>,
}

/// A server.
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
}

impl Client {
    /// A server at that address.
    pub fn new(url: &str, token: Option<&std::path::Path>) -> Result<Client, Failure> {
        let read = |file: &std::path::Path| {
            let text = std::fs::read_to_string(file);
            text.map(|text| text.trim().to_owned())
                .map_err(|error| Failure::Input(format!("无法读取 `{}`：{error}", file.display())))
        };
        let token = token.map(read).transpose()?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)));
        Ok(Client { agent: config.build().into(), url: url.trim_end_matches('/').to_owned(), token })
    }

    /// The status and bytes of an answer.
    pub fn get(&self, path: &str, bytes_max: u64) -> io::Result<(u16, Vec<u8>)> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = request.call().map_err(io::Error::other)?;
        let status = answer.status().as_u16();
        let bytes =
            answer.body_mut().with_config().limit(bytes_max).read_to_vec().map_err(io::Error::other)?;
        Ok((status, bytes))
    }

    /// The bytes of an answer, or what the server says instead.
    pub fn get_ok(&self, path: &str) -> Result<Vec<u8>, Failure> {
        match self.get(path, ANSWER_BYTES_MAX) {
            Ok((200, bytes)) => Ok(bytes),
            Ok((status, bytes)) => {
                let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let title = problem["title"].as_str().unwrap_or("服务没有给出结果").to_owned();
                Err(Failure::Input(format!("{title}（{status}）")))
            }
            Err(error) => Err(Failure::Input(format!("{}：{error}", self.url))),
        }
    }
}

impl LogSource for Client {
    fn read(&self, path: LogPath, bytes_max: usize, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        let (status, bytes) = self.get(&format!("/tlog/{path}"), bytes_max as u64 + 1)?;
        match status {
            200 if bytes.len() <= bytes_max => {
                into.extend(bytes);
                Ok(())
            }
            200 => Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{path} 超过 {bytes_max} 字节"))),
            404 => Err(io::Error::new(io::ErrorKind::NotFound, format!("服务没有 {path}"))),
            401 | 403 => Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "读取账本记录须有审计管理员的访问令牌（--token）",
            )),
            other => Err(io::Error::other(format!("{path}：{other}"))),
        }
    }
}

/// A path as it stands in an address: everything but letters, digits and a few signs is written with `%`.
pub fn encoded(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    part.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_matters_fit_into_an_address() {
        assert_eq!(encoded("豫〔2022〕1/a b"), "%E8%B1%AB%E3%80%942022%E3%80%951%2Fa%20b");
        assert_eq!(encoded("2022-000002"), "2022-000002");
    }
}
