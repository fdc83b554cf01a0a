import Workflows

extension BindingsFile {
    /// What `plan --bindings-out` writes above what it found.
    static let heading = """
        # Which values of responses are put into later requests. Given back with --bindings, it goes over what is found:
        # what is not mentioned stays as found.
        #   drop: true    not bound: sent as recorded (without 'into': nowhere)
        #   pin: true     bound to this response before any other, also where sessions share the value
        #   name: …       what the binding is called
        #   value: …      a text instead of a response's value; {clone}, {clone:7} (in so many digits), {counter} and {now} are
        #                 the clone's own, as are {NAME} of --feed NAME=FILE and the columns of --identities; {uuid} is new in
        #                 each request, or with 'per: clone' one for the whole clone
        #   mint: NAME    in place of a value: one that the command of --mint-with makes for each clone
        #   sign: NAME    in place of a value: a signature that it makes of each request
        # A new entry binds what was not found: 'take' is $.member[0].member, line[1] $.member (JSON Lines), /element/@attribute,
        # header NAME, header NAME path[1], header NAME ?parameter, header NAME #parameter, the same with 'trailer' for a field
        # behind the body, body after "TEXT", cookie NAME, form NAME or HTML field NAME.

        """
}

extension BindingsFile.Problem: ReportedError {
    var exitStatus: ExitStatus { .badInput }
}
