package app

// roomSpecs are the commands of the rooms right of the ledger.
var roomSpecs = []Spec{specNotice, specDivisions, specIssue}
