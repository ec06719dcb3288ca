using System.Security.Cryptography;
using System.Text;

namespace Metering.Contracts;

/// <summary>
/// What <see cref="ITokens"/> promises of the tokens of the configuration. A host under test is configured with these two.
/// </summary>
public abstract class TokensContract(Func<ValueTask<PortsHost>> start) : PortContract<ITokens>(start)
{
    /// <summary>The name of a token with all scopes.</summary>
    public const string OperatorName = "operator";

    /// <summary>The name of a token that may send events and read.</summary>
    public const string ProducerName = "producer";

    /// <summary>SHA-256 of the token with all scopes, lower-case hex.</summary>
    public static string OperatorHash { get; } = Hash("mt_operator_of_contracts");

    /// <summary>SHA-256 of the token that may send events and read, lower-case hex.</summary>
    public static string ProducerHash { get; } = Hash("mt_producer_of_contracts");

    [Fact]
    public async Task They_are_known_by_their_hashes()
    {
        var (grant, all) = ((await Port.FindAsync(ProducerHash, None))!, (await Port.FindAsync(OperatorHash, None))!);

        Assert.Equal(ProducerName, grant.Name);
        Assert.Equal(["ingest", "read"], grant.Scopes);
        Assert.Equal(["ingest", "manage", "read"], all.Scopes.Order(StringComparer.Ordinal));
        Assert.Null(await Port.FindAsync(Hash("another"), None));
        Assert.Null(await Port.FindAsync("", None));
    }

    [Fact]
    public async Task They_are_listed_without_what_opens_anything()
    {
        var tokens = await Port.ListAsync(None);

        Assert.Equal([OperatorName, ProducerName], tokens.Select(token => token.Name).Order(StringComparer.Ordinal));
        Assert.All(
            tokens,
            token => Assert.Equal((TokenSource.Configured, $"configured:{token.Name}", null), (token.Source, token.Id, token.CreatedAt)));
        Assert.DoesNotContain(tokens, token => $"{token}".Contains(OperatorHash, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_token_of_the_configuration_stays_and_one_that_is_not_there_is_not_found()
    {
        var id = (await Port.ListAsync(None)).Single(token => token.Name == ProducerName).Id;

        Assert.Equal(TokenRevocation.Configured, await Port.RevokeAsync(id, None));
        Assert.Equal(TokenRevocation.NotFound, await Port.RevokeAsync("tok_none", None));
        Assert.NotNull(await Port.FindAsync(ProducerHash, None));
    }

    [Fact]
    public async Task One_that_is_added_opens_what_it_may_until_it_is_revoked()
    {
        var token = new TokenRecord("tok_added", "added", ["ingest"], TokenSource.Stored, DateTimeOffset.UnixEpoch) { TenantId = "acme" };
        Assert.Null(await Port.FindAsync(Hash("added"), None));

        Assert.Equal(TokenAddition.Added, await Port.AddAsync(Hash("added"), token, None));
        Assert.Equal(TokenAddition.Present, await Port.AddAsync(Hash("another"), token, None));

        var grant = (await Port.FindAsync(Hash("added"), None))!;
        Assert.Equal(("added", "acme"), (grant.Name, grant.TenantId));
        Assert.Null(await Port.FindAsync(Hash("another"), None));
        await Host.RestartAsync();
        var listed = (await Port.ListAsync(None)).Single(one => one.Id == token.Id);
        Assert.Equal((token.CreatedAt, "acme", "ingest"), (listed.CreatedAt, listed.TenantId, Assert.Single(listed.Scopes)));
        Assert.NotNull(await Port.FindAsync(Hash("added"), None));

        Assert.Equal(TokenRevocation.Revoked, await Port.RevokeAsync(token.Id, None));

        Assert.Null(await Port.FindAsync(Hash("added"), None));
        Assert.Equal(TokenRevocation.NotFound, await Port.RevokeAsync(token.Id, None));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
