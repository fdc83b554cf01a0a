import ArgumentParser

/// `--bindings` with or without a file.
enum BindingsArgument: ExpressibleByArgument {
    /// List the bindings.
    case listed
    /// Apply the bindings of a file over those that are found.
    case file(String)

    init?(argument: String) { self = .file(argument) }
}
