//! The site: what the browser loads, assembled in one folder that is named after its content.
//!
//! `site/{debug,release}/pkg/HASH/` holds `app.js`, `app_bg.wasm`, `app.css` and the files of `frontend/assets`, in
//! release each with its `.br` and `.gz`; `site/{debug,release}/pkg-hash` holds HASH. A folder appears whole, and the
//! file names it only then.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    css, processes, tools,
    wasm_target::{FrontCompiler, TARGET},
    workspace::{Mode, Workspace},
};

/// The optimiser's flags: what rustc's output uses must be enabled by name.
const WASM_OPT_FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Goes into the name of the folder: to be raised when this file makes something else of the same sources.
const RECIPE: &str = "1";

/// What gains by compression; pictures and fonts are compressed already.
const COMPRESSED: [&str; 5] = ["css", "js", "json", "svg", "wasm"];

/// Builds the frontend and assembles the site; gives the folder of the present content.
///
/// # Errors
/// When the frontend does not compile, the style is wrong, or a file cannot be written.
pub fn build(workspace: &Workspace, compiler: &FrontCompiler, mode: Mode) -> Result<PathBuf> {
    let wasm = compile(workspace, compiler, mode)?;
    let optimiser = optimiser(workspace, mode);
    let sources = Sources {
        wasm: fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?,
        css: css::bundle(&workspace.root.join("style/main.css"))?,
        assets: read_assets(&workspace.root.join("frontend/assets"))?,
    };
    let site = workspace.site(mode);
    let pkg = site.join("pkg");
    fs::create_dir_all(&pkg).with_context(|| format!("cannot make {}", pkg.display()))?;
    // Two builds at once would remove each other's folders.
    let lock = File::create(site.with_extension("lock"))?;
    lock.lock().context("cannot lock the site")?;

    let hash = sources.hash(mode, optimiser.is_some());
    let folder = pkg.join(&hash);
    let former = fs::read_to_string(site.join("pkg-hash")).unwrap_or_default();
    if !folder.is_dir() {
        let part = pkg.join(format!("{hash}.part"));
        let _ = fs::remove_dir_all(&part);
        fs::create_dir(&part)?;
        sources.write(&part, mode)?;
        if let Some(optimiser) = &optimiser {
            optimise(optimiser, &part.join("app_bg.wasm"))?;
        }
        if mode == Mode::Release {
            compress(&part)?;
        }
        fs::rename(&part, &folder).with_context(|| format!("cannot put {} in place", folder.display()))?;
    }
    write_whole(&site.join("pkg-hash"), &hash)?;
    // A server that still runs, or an open page, may want the former one; inside a binary it would be dead weight.
    let kept = if mode == Mode::Debug && former != hash { former.as_str() } else { hash.as_str() };
    if former != hash || mode == Mode::Release {
        remove_others(&pkg, &[&hash, kept])?;
    }
    if mode == Mode::Release {
        link_for_embedding(workspace, &site)?;
    }
    Ok(folder)
}

fn compile(workspace: &Workspace, compiler: &FrontCompiler, mode: Mode) -> Result<PathBuf> {
    let (profile, folder) = match mode {
        Mode::Debug => ("dev", "debug"),
        Mode::Release => ("wasm-release", "wasm-release"),
    };
    let target = workspace.front_target();
    let mut command =
        workspace.cargo(&["build", "--package", "frontend", "--lib", "--target", TARGET, "--profile", profile]);
    compiler.apply(&mut command);
    processes::run("the build of the frontend", command.arg("--target-dir").arg(&target))?;
    Ok(target.join(TARGET).join(folder).join("frontend.wasm"))
}

/// What a site is made of.
struct Sources {
    wasm: Vec<u8>,
    css: String,
    /// Paths below the folder of assets, sorted, with their content.
    assets: Vec<(PathBuf, Vec<u8>)>,
}

impl Sources {
    /// Names the outcome by what goes in: the steps after this give the same for the same.
    fn hash(&self, mode: Mode, optimised: bool) -> String {
        let mut digest = Sha256::new();
        let mut add = |part: &[u8]| {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        };
        add(RECIPE.as_bytes());
        add(mode.folder().as_bytes());
        for flag in WASM_OPT_FLAGS.iter().filter(|_| optimised) {
            add(flag.as_bytes());
        }
        add(&self.wasm);
        add(self.css.as_bytes());
        for (path, content) in &self.assets {
            add(path.as_os_str().as_encoded_bytes());
            add(content);
        }
        tools::hex(&digest.finalize()[..8])
    }

    fn write(&self, folder: &Path, mode: Mode) -> Result<()> {
        Bindgen::new()
            .input_bytes("app", self.wasm.clone())
            .web(true)?
            .out_name("app")
            .typescript(false)
            .keep_debug(false)
            // Names make the stack of a panic readable and are half of the file.
            .remove_name_section(mode == Mode::Release)
            .remove_producers_section(mode == Mode::Release)
            .generate(folder)
            .context("wasm-bindgen cannot read the frontend")?;
        fs::write(folder.join("app.css"), &self.css)?;
        for (path, content) in &self.assets {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap_or(folder))?;
            fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    }
}

/// All files below a folder, sorted; none when it does not exist.
fn read_assets(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        if !inner.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&inner).with_context(|| format!("cannot read {}", inner.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.push((path.strip_prefix(folder)?.to_owned(), content));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The optimiser from npm; a release without it is a sixth bigger before compression and works as well.
fn optimiser(workspace: &Workspace, mode: Mode) -> Option<PathBuf> {
    if mode == Mode::Debug {
        return None;
    }
    if let Err(error) = tools::ensure_npm_packages(workspace) {
        println!("The wasm is not optimised: {error:#}");
    }
    let program = workspace.end2end().join("node_modules/.bin/wasm-opt");
    let found = program.is_file().then_some(program);
    if found.is_none() {
        println!("The wasm is not optimised: end2end/node_modules has no wasm-opt");
    }
    found
}

fn optimise(optimiser: &Path, wasm: &Path) -> Result<()> {
    let output = wasm.with_extension("opt");
    processes::run("wasm-opt", Command::new(optimiser).args(WASM_OPT_FLAGS).arg(wasm).arg("-o").arg(&output))?;
    fs::rename(&output, wasm)?;
    Ok(())
}

/// Writes `.br` and `.gz` beside each file that gains by it.
fn compress(folder: &Path) -> Result<()> {
    for (path, content) in read_assets(folder)? {
        if !path.extension().and_then(|e| e.to_str()).is_some_and(|extension| COMPRESSED.contains(&extension)) {
            continue;
        }
        let beside = |ending: &str| {
            let mut name = folder.join(&path).into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        fs::write(beside(".br"), brotli_of(&content)?)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&content)?;
        fs::write(beside(".gz"), gzip.finish()?)?;
    }
    Ok(())
}

fn brotli_of(content: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

/// Replaces a file's content in one step.
fn write_whole(file: &Path, content: &str) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let part = file.with_extension("part");
    fs::write(&part, content)?;
    fs::rename(&part, file).with_context(|| format!("cannot put {} in place", file.display()))
}

fn remove_others(folder: &Path, kept: &[&str]) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_str().is_some_and(|name| kept.contains(&name)) {
            fs::remove_dir_all(entry.path()).with_context(|| format!("cannot remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// The server embeds `target/site/release` of its own checkout; where the build folder is elsewhere, that is a link.
fn link_for_embedding(workspace: &Workspace, site: &Path) -> Result<()> {
    let expected = workspace.root.join("target/site/release");
    if expected.canonicalize().ok() == site.canonicalize().ok() {
        return Ok(());
    }
    fs::create_dir_all(workspace.root.join("target/site"))?;
    if fs::symlink_metadata(&expected).is_ok_and(|data| data.is_dir()) {
        fs::remove_dir_all(&expected)?;
    } else {
        let _ = fs::remove_file(&expected);
    }
    std::os::unix::fs::symlink(site, &expected).with_context(|| format!("cannot link {}", expected.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn sources() -> Sources {
        Sources { wasm: vec![1, 2], css: "a{}".into(), assets: vec![("icon.svg".into(), vec![3])] }
    }

    #[test]
    fn any_change_of_the_content_has_another_name() {
        let hash = sources().hash(Mode::Debug, false);
        assert_eq!(hash.len(), 16);
        assert_eq!(sources().hash(Mode::Debug, false), hash);
        let others = [
            Sources { wasm: vec![1, 3], ..sources() }.hash(Mode::Debug, false),
            Sources { css: "b{}".into(), ..sources() }.hash(Mode::Debug, false),
            Sources { assets: vec![("other.svg".into(), vec![3])], ..sources() }.hash(Mode::Debug, false),
            Sources { assets: vec![("icon.svg".into(), vec![4])], ..sources() }.hash(Mode::Debug, false),
            // The border between two parts belongs to the content.
            Sources { wasm: vec![1], css: "\u{2}a{}".into(), ..sources() }.hash(Mode::Debug, false),
            sources().hash(Mode::Release, false),
            sources().hash(Mode::Debug, true),
        ];
        for other in others {
            assert_ne!(other, hash);
        }
    }

    #[test]
    fn assets_are_read_in_one_order_and_from_below() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("icons")).unwrap();
        fs::write(folder.path().join("z.svg"), "z").unwrap();
        fs::write(folder.path().join("icons/a.svg"), "a").unwrap();
        let files = read_assets(folder.path()).unwrap();
        assert_eq!(files, [("icons/a.svg".into(), b"a".to_vec()), ("z.svg".into(), b"z".to_vec())]);
        assert!(read_assets(&folder.path().join("absent")).unwrap().is_empty());
    }

    #[test]
    fn compressed_files_lie_beside_what_gains_by_it() {
        let folder = tempfile::tempdir().unwrap();
        let text = "body { margin: 0 }".repeat(100);
        fs::write(folder.path().join("app.css"), &text).unwrap();
        fs::write(folder.path().join("font.woff2"), &text).unwrap();
        compress(folder.path()).unwrap();
        let mut unpacked = Vec::new();
        let packed = fs::read(folder.path().join("app.css.br")).unwrap();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        assert!(folder.path().join("app.css.gz").is_file());
        assert!(!folder.path().join("font.woff2.br").exists());
    }

    #[test]
    fn only_the_kept_folders_stay() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["old", "former", "new", "broken.part"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        remove_others(folder.path(), &["new", "former"]).unwrap();
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["former", "new"]);
    }

    #[test]
    fn a_file_is_replaced_whole_and_untouched_when_equal() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pkg-hash");
        write_whole(&file, "a").unwrap();
        let time = fs::metadata(&file).unwrap().modified().unwrap();
        write_whole(&file, "a").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), time);
        write_whole(&file, "b").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "b");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
