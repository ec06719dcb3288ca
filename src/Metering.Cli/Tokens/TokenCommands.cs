using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Tokens;

/// <summary>Credentials of operators and producers.</summary>
internal static class TokenCommands
{
    private static readonly Argument<string> Id = new("token") { Description = "The token's id, as 'meter token list' shows it." };
    private static readonly Option<string> Name = new("--name") { Description = "Its name in logs and lists.", Required = true, HelpName = "text" };

    private static readonly Option<string[]> Scopes = new Option<string[]>("--scopes")
    {
        Description = "What it may do.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "scope",
    }.AcceptOnlyFromAmong("ingest", "read", "manage");

    private static readonly Option<string> Tenant = new("--tenant", "-t")
    {
        Description = "The only customer whose use it may send and read (default: all customers).", HelpName = "id",
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Don't ask for confirmation." };
    private static readonly Option<string> Key = new("--idempotency-key") { Description = "Retries with the same key create it only once.", HelpName = "key" };

    public static Command Create() => new Command("token", "Credentials of operators and producers.").With(
        new Command("list", "Lists tokens, without their secrets.").Does((session, stop) => session.Screen.ListAsync(
            session.Admin.Tokens.ListAsync(stop),
            new Listing("TOKEN", "NAME", "SCOPES", "?TENANT", "?CREATED"),
            (table, token) => table.Row(
                token.Id, token.Name, string.Join(",", token.Scopes), token.TenantId ?? "all",
                token.CreatedAt is null ? token.Source : Cells.Time(token.CreatedAt)),
            "There are no tokens.",
            stop)),
        new Command("create", "Creates a token, and shows its secret once.").With(Name, Scopes, Tenant, Key).Does(CreateAsync),
        new Command("revoke", "Revokes a token: requests that use it are refused from then on.").With(Id, Yes).Does(RevokeAsync));

    private static async Task CreateAsync(Session session, CancellationToken stop)
    {
        var made = await session.Admin.Tokens.CreateAsync(
            new NewToken { Name = session.Value(Name)!, Scopes = session.Value(Scopes)!, TenantId = session.Value(Tenant) },
            session.Value(Key),
            stop).ConfigureAwait(false);
        session.Screen.Answer(made, token =>
        {
            session.Screen.Note($"{token.Id} ({string.Join(", ", token.Scopes)}). The token is shown only once:");
            session.Screen.Say(token.Token ?? "It was shown when it was created.");
        });
    }

    private static async Task RevokeAsync(Session session, CancellationToken stop)
    {
        var id = session.Value(Id);
        session.Confirm(session.Value(Yes), $"Requests that use {id} will be refused. Continue?");
        await session.Admin.Tokens.RevokeAsync(id, stop).ConfigureAwait(false);
        session.Screen.Answer(new { id, status = "revoked" }, _ => session.Screen.Say($"Revoked {id}."));
    }
}
