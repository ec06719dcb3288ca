using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>Tokens in the store: their hashes, and what may be known of them.</summary>
internal static class SqliteTokens
{
    // No scope has a space in it; Scopes.AreKnown lets in no other.
    private const char Separator = ' ';

    /// <summary>The tokens by their hashes, oldest first.</summary>
    internal static List<KeyValuePair<string, TokenRecord>> Read(Database store)
    {
        var tokens = new List<KeyValuePair<string, TokenRecord>>();
        var statement = store["SELECT hash, id, name, scopes, created_at, tenant FROM token ORDER BY created_at, id"];
        while (statement.Next())
        {
            tokens.Add(new(statement.Text(0), new TokenRecord(
                statement.Text(1),
                statement.Text(2),
                statement.Text(3).Split(Separator),
                TokenSource.Stored,
                DateTimeOffset.FromUnixTimeMilliseconds(statement.Integer(4)))
            {
                TenantId = statement.NullableText(5),
            }));
        }

        return tokens;
    }

    internal static bool Add(Database store, string hash, TokenRecord token)
    {
        store["INSERT INTO token (hash, id, name, scopes, created_at, tenant) VALUES (?, ?, ?, ?, ?, ?)"]
            .Bind(1, hash).Bind(2, token.Id).Bind(3, token.Name).Bind(4, string.Join(Separator, token.Scopes))
            .Bind(5, token.CreatedAt!.Value.ToUnixTimeMilliseconds()).Bind(6, token.TenantId).Run();
        return true;
    }

    /// <summary>Forgets a token; false when there is none with the id.</summary>
    internal static bool Remove(Database store, string id)
    {
        store["DELETE FROM token WHERE id = ?"].Bind(1, id).Run();
        return store.Changes > 0;
    }
}
