//! A folder with a project's files, as an editor has it for a workspace.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct Project(TempDir);

impl Project {
    /// With these files and their texts.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(file, text)| project.write(file, text));
        project
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Empty if the file does not exist.
    pub(crate) fn read(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.0.path().join(file)).ok()
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        format!("file://{}/{file}", self.0.path().display())
    }

    /// The parameters of `initialize` with this folder as the workspace.
    pub(crate) fn workspace(&self, capabilities: Value) -> Value {
        let folder = json!({"uri": format!("file://{}", self.0.path().display()), "name": "project"});
        json!({
            "capabilities": capabilities,
            "workspaceFolders": [folder],
            "initializationOptions": {"results": true},
        })
    }
}
