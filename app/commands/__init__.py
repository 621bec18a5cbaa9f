"""The one program, `tanpuhui`, and its verbs: one file each."""
