using System.Text.Json;
using Metering.Client;

namespace Metering.Cli.Runs;

/// <summary>What went wrong, as a sentence that says what to do, and as an exit code.</summary>
internal static class Faults
{
    private const string TooManyLogins = "too_many_failed_logins";

    /// <summary>The exit code and the sentence for a fault; null for one that is the tool's own.</summary>
    public static (int ExitCode, string Message)? Explain(Exception fault, string meter) => fault switch
    {
        ToolException told => (told.ExitCode, told.Message),
        MeteringProblemException { Code: TooManyLogins } problem =>
            (ExitCode.NotAllowed, $"The meter refuses logins for now: {problem.Message} Wait a minute, and log in with the right token."),
        MeteringProblemException { Status: 401 } =>
            (ExitCode.NotAllowed, $"The meter at {meter} does not know the token. Log in with a valid one: meter login."),
        MeteringProblemException { Status: 403, Code: "forbidden" } problem =>
            (ExitCode.NotAllowed, $"{problem.Message} Use a token with the scope that this needs: meter token create --scopes manage."),
        MeteringProblemException { Status: 400 or 405 or 413 or 415 or 422 } problem => (ExitCode.WrongInput, problem.Message),
        MeteringProblemException { Code: "unknown" } problem =>
            (ExitCode.Unreachable, $"{problem.Message} That is not a meter's answer. Is {meter} the right address?"),
        MeteringProblemException problem => (ExitCode.Refused, problem.Message),
        MeteringUnavailableException { Status: < 500 and not (408 or 429) } foreign => (ExitCode.Unreachable, foreign.Message),
        MeteringUnavailableException { Status: null } away =>
            (ExitCode.Unreachable, $"{Sentence(away.Message)} Is the address right, and is the meter running? 'meter doctor' finds out more."),
        MeteringUnavailableException busy => (ExitCode.Unreachable, $"{Sentence(busy.Message)} Try again in a while."),
        MeteringException foreign => (ExitCode.Unreachable, foreign.Message),
        JsonException json => (ExitCode.WrongInput, $"That is not the JSON expected here: {json.Message}"),
        IOException or UnauthorizedAccessException => (ExitCode.File, fault.Message),
        ArgumentException wrong => (ExitCode.WrongInput, wrong.Message),
        _ => null,
    };

    private static string Sentence(string message) => message.EndsWith('.') || message.EndsWith('?') ? message : message + ".";
}
