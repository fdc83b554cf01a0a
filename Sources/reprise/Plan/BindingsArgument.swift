import ArgumentParser

/// `--bindings` with or without a file.
enum BindingsArgument: ExpressibleByArgument {
    /// They are listed.
    case listed
    /// Those of a file go over what is found.
    case file(String)

    init?(argument: String) { self = .file(argument) }
}
