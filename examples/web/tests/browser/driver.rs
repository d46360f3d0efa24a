//! A browser with the page in it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};
use url::{ParseError, Url};

use crate::site::{Site, site, skip};

const WAIT: Duration = Duration::from_secs(30);

/// What the page has to complain of.
const NOTICES: &str =
    "return ['broken', 'refused', 'state'].map(id => document.getElementById(id).textContent)";

/// The page, open in a browser of its own.
pub(crate) struct Page {
    pub(crate) client: Client,
    pub(crate) site: &'static Site,
    /// Where files are downloaded to, and where the browser keeps its own.
    pub(crate) folder: TempDir,
    _driver: Driver,
    _alone: MutexGuard<'static, ()>,
}

impl Page {
    /// Opens the page; nothing where this machine lacks what that needs.
    pub(crate) async fn open() -> Option<Page> {
        static ALONE: Mutex<()> = Mutex::const_new(());
        let alone = ALONE.lock().await;
        let site = site()?;
        let (Some(chromium), Some(chromedriver)) =
            (found("CHROMIUM", "chromium"), found("CHROMEDRIVER", "chromedriver"))
        else {
            skip(
                "no chromium and chromedriver on this machine, nor named in CHROMIUM and CHROMEDRIVER",
            );
            return None;
        };
        let folder = TempDir::new().expect("a folder can be made");
        let driver = Driver::start(&chromedriver);
        let client = session(driver.port, &chromium, folder.path()).await;
        let page = Page { client, site, folder, _driver: driver, _alone: alone };
        let downloads = json!({ "behavior": "allow", "downloadPath": page.folder.path() });
        page.cdp("Browser.setDownloadBehavior", downloads).await;
        page.load().await;
        Some(page)
    }

    /// Loads the page anew and waits until it is ready.
    pub(crate) async fn load(&self) {
        self.client.goto(&self.site.address).await.expect("the page loads");
        self.until("return 'ready' in document.documentElement.dataset").await;
    }

    /// The element of this id.
    pub(crate) async fn id(&self, id: &str) -> Element {
        self.client.find(Locator::Id(id)).await.unwrap_or_else(|_| panic!("no element {id}"))
    }

    /// The text of the element of this id, as it is seen.
    pub(crate) async fn text(&self, id: &str) -> String {
        self.id(id).await.text().await.expect("an element has text")
    }

    /// What a script returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// What a script hands to its last argument.
    pub(crate) async fn run_async(&self, script: &str) -> Value {
        self.client.execute_async(script, vec![]).await.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Waits until a script returns something true.
    pub(crate) async fn until(&self, script: &str) {
        let begin = Instant::now();
        while self.run(script).await != true {
            if begin.elapsed() > WAIT {
                panic!("never true: {script}; the page says {}", self.run(NOTICES).await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into the inquiry's field as a person would.
    pub(crate) async fn type_inquiry(&self, text: &str) {
        let field = self.id("inquiry").await;
        field.clear().await.expect("a field can be emptied");
        field.send_keys(text).await.expect("a field can be typed into");
    }

    /// Presses a key, wherever the focus is.
    pub(crate) async fn press(&self, key: Key) {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.expect("a key can be pressed");
    }

    /// Chooses a file of this name with these bytes.
    pub(crate) async fn choose(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("a file can be written");
        self.id("file")
            .await
            .send_keys(&path.to_string_lossy())
            .await
            .expect("a file can be chosen");
    }

    /// Waits for the labelled file, downloads it and gives its bytes.
    pub(crate) async fn download(&self) -> Vec<u8> {
        self.until("return !document.getElementById('result').hidden").await;
        let link = self.id("download").await;
        let name = link.attr("download").await.expect("an attribute").expect("it has a name");
        link.click().await.expect("a link can be clicked");
        let path = self.folder.path().join(name);
        for _ in 0..600 {
            if path.exists() {
                return fs::read(&path).expect("the download can be read");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} never arrived", path.display());
    }

    /// A command of the browser's own protocol.
    pub(crate) async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let command = Cdp { body: json!({ "cmd": command, "params": parameters }).to_string() };
        self.client.issue_cmd(command).await.expect("the browser obeys")
    }

    /// Sets the size of the window, and light or dark.
    pub(crate) async fn look(&self, width: u32, height: u64, scheme: &str) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", scheme).await;
    }

    /// Leaves a picture of the whole page, if pictures are wanted.
    pub(crate) async fn shot(&self, name: &str, width: u32, scheme: &str) {
        let Some(folder) = env::var_os("SHOTS") else { return };
        self.look(width, 400, scheme).await;
        let height = self.run("return document.documentElement.scrollHeight").await;
        self.look(width, height.as_u64().unwrap_or(900), scheme).await;
        // Bars and needles take a moment to where they belong.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let picture = self.client.screenshot().await.expect("a picture");
        let file = PathBuf::from(folder).join(format!("{name}.png"));
        fs::write(file, picture).expect("a picture can be written");
    }

    /// Closes the browser, so that all it keeps is written.
    pub(crate) async fn close(self) -> TempDir {
        self.client.close().await.expect("the browser closes");
        self.folder
    }
}

/// A program: named in a variable, or found on the path.
fn found(variable: &str, name: &str) -> Option<PathBuf> {
    let named = env::var_os(variable).map(PathBuf::from);
    named.or_else(|| {
        let path = env::var_os("PATH")?;
        env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
    })
}

/// ChromeDriver, and with it the browsers that it started.
struct Driver {
    program: Child,
    port: u16,
}

impl Driver {
    fn start(chromedriver: &Path) -> Driver {
        let mut program = Command::new(chromedriver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver starts");
        let output = program.stdout.take().expect("it is piped");
        let port = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_suffix('.')?.rsplit_once("on port ")?.1.parse().ok())
            .expect("chromedriver names its port");
        Driver { program, port }
    }
}

impl Drop for Driver {
    /// Asks it to close its browsers and end, which it would not do if it were killed.
    fn drop(&mut self) {
        let asked = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut stream| {
            stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\n\r\n")
        });
        if asked.is_err() {
            let _ = self.program.kill();
        }
        let _ = self.program.wait();
    }
}

async fn session(port: u16, chromium: &Path, folder: &Path) -> Client {
    let arguments = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--window-size=1200,900".to_owned(),
        format!("--user-data-dir={}", folder.join("profile").display()),
        format!("--log-net-log={}", folder.join("net-log.json").display()),
    ];
    let options = json!({ "binary": chromium, "args": arguments });
    let capabilities = json!({ "goog:chromeOptions": options });
    let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
    ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .expect("the browser starts")
}

/// A command of the browser's own protocol, which ChromeDriver passes on.
#[derive(Debug)]
struct Cdp {
    body: String,
}

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.clone()))
    }
}
