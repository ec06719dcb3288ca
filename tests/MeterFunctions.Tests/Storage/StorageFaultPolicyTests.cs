using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Tests.Storage;

/// <summary>What the storage client meets before it can ask the storage.</summary>
public sealed class StorageFaultPolicyTests
{
    public static TheoryData<Exception> Faults => new()
    {
        new AuthenticationFailedException("The identity's endpoint throttles."),
        new CredentialUnavailableException("There is no managed identity here."),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_identity_that_gets_no_token_is_a_storage_that_is_not_there(Exception fault)
    {
        var service = new TableServiceClient(
            new Uri("https://account.table.core.windows.net"), new NoToken(fault), StorageConnection.ClientOptions());
        var table = service.GetTableClient("Meters");

        var lost = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => table.GetEntityIfExistsAsync<TableEntity>("lic_1", "s"));

        Assert.Same(fault, lost.InnerException);
        Assert.Contains("got no token", lost.Message, StringComparison.Ordinal);
        Assert.Throws<StoreUnavailableException>(() => table.GetEntityIfExists<TableEntity>("lic_1", "s"));
    }

    private sealed class NoToken(Exception fault) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw fault;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw fault;
    }
}
