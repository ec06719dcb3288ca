using System.Security.Cryptography;

namespace Metering.Server.Hosting;

/// <summary>The server can't listen; the message says where, why and what to do, in a line.</summary>
/// <param name="message">The line.</param>
/// <param name="exitCode">1 when it may work another time, as with a port that is taken; 2 when something was set wrong.</param>
/// <param name="cause">What was found.</param>
internal sealed class ListeningException(string message, int exitCode, Exception cause) : Exception(message, cause)
{
    private const string WebServer = "Microsoft.AspNetCore.Server.Kestrel";

    internal int ExitCode => exitCode;

    /// <summary>What a fault of the start is to an operator; null when it is none of listening, but a fault of the program.</summary>
    internal static ListeningException? Of(Exception fault) => fault switch
    {
        // Before IOException, which it is as well.
        FileNotFoundException or DirectoryNotFoundException or CryptographicException or UnauthorizedAccessException => new(
            $"The certificate cannot be used: {fault.Message} Look at Kestrel:Certificates, and at the Certificate of each of "
            + "Kestrel:Endpoints.", 2, fault),
        IOException or System.Net.Sockets.SocketException => new(
            $"The server cannot listen: {fault.Message.TrimEnd('.')}. Is the address right, and free? Choose another with --urls.", 1, fault),

        // The web server throws it for https without a certificate, and tells of tools for developers.
        InvalidOperationException { Source: { } source } when source.StartsWith(WebServer, StringComparison.Ordinal)
            && fault.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) => new(
            "An https address needs a certificate: set Kestrel:Certificates:Default:Path to one, with Password or KeyPath beside it, or "
            + "listen on http behind a proxy that has one.", 2, fault),
        InvalidOperationException { Source: { } source } when source.StartsWith(WebServer, StringComparison.Ordinal) => new(
            $"The server cannot listen: {fault.Message.TrimEnd('.')}. Look at --urls, and at the section Kestrel of the configuration.", 2, fault),
        _ => null,
    };
}
