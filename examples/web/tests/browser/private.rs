//! Nothing is sent anywhere.

use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use crate::driver::Page;
use crate::net_log::requests_of;

/// What the page is made of; it asks for nothing else.
const PARTS: [&str; 17] = [
    "",
    "deskhand_web.js",
    "deskhand_web_bg.wasm",
    "elements.js",
    "file.js",
    "highlight.js",
    "icon.svg",
    "inquiry.js",
    "page.js",
    "result.js",
    "sealed_worker.js",
    "style.css",
    "tickets.csv",
    "verdict.js",
    "wording.js",
    "worker.js",
    "probe.js",
];

#[tokio::test]
async fn typing_and_labelling_ask_the_network_for_nothing() {
    let Some(page) = Page::open().await else { return };
    page.type_inquiry("My card 4111 was charged twice").await;
    page.choose("secret.csv", b"id,text\n1,The app crashes for Ada Example\n").await;
    page.download().await;
    page.id("sample").await.click().await.unwrap();
    page.until("return document.getElementById('state').textContent.startsWith('tickets.csv')")
        .await;
    let address = page.site.address.clone();
    let folder = page.close().await;

    let requests = requests_of(address.trim_end_matches('/'), folder.path());
    assert!(requests.iter().any(|request| request.url.ends_with("/worker.js")), "{requests:?}");
    for request in &requests {
        let part = request.url.strip_prefix(&address);
        assert!(part.is_some_and(|part| PARTS.contains(&part)), "{request:?}");
        assert_eq!(request.method, "GET");
    }
}

/// Even a script that tries cannot send: neither in the page nor in a worker of its kind.
#[tokio::test]
async fn the_page_cannot_connect_elsewhere() {
    let Some(page) = Page::open().await else { return };
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let target = format!("http://{}/", elsewhere.local_addr().unwrap());
    let probe = format!(
        "const probe = async () => {{ try {{ await fetch({target:?}, {{ method: 'POST', mode: 'no-cors', body: 'text' }}); return 'sent'; }} catch (error) {{ return error.name; }} }};"
    );
    fs::write(page.site.folder.join("probe.js"), format!("{probe} postMessage(await probe());"))
        .unwrap();

    let from_page = page.run_async(&format!("{probe} probe().then(arguments[0])")).await;
    let worker = "const done = arguments[0];
        import('/sealed_worker.js').then(({ sealedWorker }) => {
            const worker = sealedWorker('./probe.js');
            worker.onmessage = ({ data }) => done(data);
            worker.onerror = (error) => done('broken');
        })";
    let from_worker = page.run_async(worker).await;
    assert_eq!((from_page, from_worker), (Value::from("TypeError"), Value::from("TypeError")));
    assert!(elsewhere.accept().is_err(), "somebody connected");
    page.close().await;
}
