//! What must hold of every page: it is small, it says what it is, everyone can use it, and it makes
//! no request to anywhere else.

use std::io::Write as _;
use std::sync::OnceLock;

use serde_json::json;

use crate::visitor::Visitor;

/// Bytes a page may have (issue 3).
const LARGEST_PAGE: u64 = 100_000;

/// What is wrong with a page, in words.
const FAULTS: &str = r"
    const faults = [];
    const words = element => element.outerHTML.slice(0, 160);
    if (!document.title.trim()) faults.push('no title');
    if (document.documentElement.lang !== arguments[0])
        faults.push('language ' + document.documentElement.lang);
    if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
    if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at)))
        faults.push('id twice: ' + id);
    for (const input of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
        if (![...input.labels].some(label => label.textContent.trim())
            && !input.getAttribute('aria-label') && !input.getAttribute('aria-labelledby'))
            faults.push('no label: ' + words(input));
    for (const table of document.querySelectorAll('table'))
        if (!table.querySelector('th')) faults.push('no headers: ' + words(table));
    for (const one of document.querySelectorAll('[style], style, script:not([src])'))
        faults.push('inline: ' + words(one));
    for (const one of performance.getEntriesByType('resource'))
        if (!one.name.startsWith(location.origin + '/')) faults.push('asks ' + one.name);
    const text = document.body.innerText;
    for (const [said] of text.matchAll(/\{\{|\{%|\[object|\b(page|word|deed)\.[a-z_.]+/g))
        faults.push('says ' + said);
    return faults";

/// What can be focused but does not show it. The last touch must have been a key.
const UNSEEN_FOCUS: &str = r"
    const unseen = [];
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
    for (const element of document.querySelectorAll(all)) {
        if (!element.checkVisibility()) continue;
        element.focus();
        const style = getComputedStyle(element);
        const shows = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
        if (document.activeElement === element && !shows)
            unseen.push(element.outerHTML.slice(0, 160));
    }
    document.activeElement.blur();
    scrollTo(0, 0);
    return unseen";

/// Returns what is wrong with the page the visitor looks at.
pub(crate) async fn inspect(visitor: &Visitor, language: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let size = "return performance.getEntriesByType('navigation')[0].decodedBodySize";
    let size = visitor.run(size, json!([])).await.as_u64().unwrap();
    if size >= LARGEST_PAGE {
        faults.push(format!("has {size} bytes"));
    }
    faults.extend(visitor.list(FAULTS, json!([language])).await);
    visitor.press_tab().await;
    let unseen = visitor.list(UNSEEN_FOCUS, json!([])).await;
    faults.extend(
        unseen
            .into_iter()
            .map(|element| format!("unseen focus: {element}")),
    );
    faults.extend(visitor.complaints().await);
    faults.extend(examine(visitor).await);
    faults
}

/// Returns what axe finds serious on the page.
async fn examine(visitor: &Visitor) -> Vec<String> {
    let Some(axe) = axe() else { return Vec::new() };
    visitor.run(axe, json!([])).await;
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations
            .filter(one => ['serious', 'critical'].includes(one.impact))
            .map(one => [one.id, one.help, ...one.nodes.slice(0, 5).map(node => node.html)]
                .join('; '))))";
    let found = visitor.run_async(run).await;
    serde_json::from_value(found).unwrap()
}

/// The text of axe-core, named by `AXE_CORE`; where it is missing, one line says so.
fn axe() -> Option<&'static str> {
    static AXE: OnceLock<Option<String>> = OnceLock::new();
    AXE.get_or_init(|| {
        let file = std::env::var_os("AXE_CORE");
        let axe = file.and_then(|file| std::fs::read_to_string(file).ok());
        if axe.is_none() {
            assert!(
                std::env::var("DEMAND_AXE").is_err(),
                "axe-core was demanded but AXE_CORE names no file"
            );
            let line = "axe-core: not run, AXE_CORE names no file";
            std::io::stderr()
                .write_all(format!("{line}\n").as_bytes())
                .unwrap();
        }
        axe
    })
    .as_deref()
}
