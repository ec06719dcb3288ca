using System.CommandLine;
using Metering.Api;
using CliCommand = System.CommandLine.Command;

namespace Metering.Server.Hosting;

/// <summary>The command <c>token</c> with its options.</summary>
internal static class TokenCommandLine
{
    private const string Where =
        $" With --url or {ServerAddress.Variable} it calls the server that runs there, by the token in {TokenCommands.TokenVariable}; "
        + "else it works on the data directory, and the server must not be running.";

    private static readonly Option<string> Url = new("--url")
    {
        Description = $"The address of a running server, such as http://127.0.0.1:8080; without it, {ServerAddress.Variable} is used.",
        Recursive = true,
    };

    private static readonly Option<string[]> ScopeNames = new("--scopes")
    {
        Description = $"What the token may do: one or more of {string.Join(", ", Scopes.All)}.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Name = new("--name")
    {
        Description = "The token's name in logs.",
        DefaultValueFactory = _ => "operator",
    };

    private static readonly Option<string> Tenant = new("--tenant")
    {
        Description = "The only customer whose use it may send and read; without it, every customer's.",
    };

    private static readonly Argument<string> Id = new("id") { Description = "The token's id, as token list shows it." };

    internal static CliCommand Create()
    {
        var create = new CliCommand("create", "Makes a token and prints it once; only its hash is kept." + Where)
        {
            ScopeNames, Name, Tenant,
        };
        create.SetAction((result, cancellationToken) => TokenCommands.CreateAsync(
            ServerCommandLine.Arguments(result),
            result.GetValue(Url),
            new TokenRequest
            {
                Name = result.GetValue(Name),
                Scopes =
                [
                    .. (result.GetValue(ScopeNames) ?? [])
                        .SelectMany(scope => scope.Split(',', StringSplitOptions.RemoveEmptyEntries)),
                ],
                TenantId = result.GetValue(Tenant),
            },
            result.InvocationConfiguration.Output,
            cancellationToken));
        var list = new CliCommand("list", "Lists the tokens, never the tokens themselves." + Where);
        list.SetAction((result, cancellationToken) => TokenCommands.ListAsync(
            ServerCommandLine.Arguments(result), result.GetValue(Url), result.InvocationConfiguration.Output, cancellationToken));
        var revoke = new CliCommand("revoke", "Revokes a token." + Where) { Id };
        revoke.SetAction((result, cancellationToken) => TokenCommands.RevokeAsync(
            ServerCommandLine.Arguments(result),
            result.GetValue(Url),
            result.GetValue(Id)!,
            result.InvocationConfiguration.Output,
            cancellationToken));
        return new CliCommand("token", "Tokens of producers and operators.") { Url, create, list, revoke };
    }
}
