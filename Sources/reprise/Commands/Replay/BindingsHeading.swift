import Workflows

extension BindingsFile {
    /// The comment that `plan --bindings-out` writes above the bindings.
    static let heading = """
        # Which values of responses are put into later requests. Given back with --bindings, this file overrides what is
        # found; bindings that it does not mention stay as found.
        #   drop: true    not bound: sent as recorded (without 'into': nowhere)
        #   pin: true     bound to this response rather than any other, even if sessions share the value
        #   name: …       the binding's name
        #   value: …      a text instead of a response's value; {clone}, {clone:7} (with 7 digits), {counter} and {now} are
        #                 the clone's own, as are {NAME} of --feed NAME=FILE and the columns of --identities; {uuid} is new in
        #                 each request, or with 'per: clone' one for the whole clone
        #   mint: NAME    instead of a value: one that the command of --mint-with makes for each clone
        #   sign: NAME    instead of a value: a signature that this command makes for each request
        # A new entry binds what was not found: 'take' is $.member[0].member, line[1] $.member (JSON Lines), /element/@attribute,
        # header NAME, header NAME path[1], header NAME ?parameter, header NAME #parameter, the same with 'trailer' for a field
        # after the body, body after "TEXT", cookie NAME, form NAME, HTML field NAME, or any
        # other place as 'take' has it here.

        """
}

extension BindingsFile.Problem: ReportedError {
    var exitStatus: ExitStatus { .badInput }
}
