import ArgumentParser

/// `--bindings` with or without a file.
enum BindingsArgument: ExpressibleByArgument {
    /// List the bindings.
    case listed
    /// Apply the bindings of a file in addition to the found ones, with priority.
    case file(String)

    init?(argument: String) { self = .file(argument) }
}
