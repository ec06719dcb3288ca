using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>Tokens in the store: their hashes, names and scopes.</summary>
internal static class SqliteTokens
{
    private const char Separator = ' ';

    internal static List<KeyValuePair<string, TokenGrant>> Read(Database store)
    {
        var tokens = new List<KeyValuePair<string, TokenGrant>>();
        var statement = store["SELECT hash, name, scopes FROM token"];
        while (statement.Next())
        {
            tokens.Add(new(statement.Text(0), new TokenGrant(statement.Text(1), statement.Text(2).Split(Separator))));
        }

        return tokens;
    }

    internal static bool Add(Database store, string hash, TokenGrant grant)
    {
        store["INSERT OR REPLACE INTO token (hash, name, scopes) VALUES (?, ?, ?)"]
            .Bind(1, hash).Bind(2, grant.Name).Bind(3, string.Join(Separator, grant.Scopes)).Run();
        return true;
    }
}
