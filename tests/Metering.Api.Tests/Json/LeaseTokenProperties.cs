using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;
using Microsoft.Extensions.Options;

namespace Metering.Api.Tests;

/// <summary>A lease's token and the names of its keys are made of JSON that is written by hand, and is the serializer's.</summary>
public sealed class LeaseTokenProperties
{
    private const int Cases = 200;

    private static Gen<HoldAnswer> Leases =>
        from id in AnyText.Any
        from feature in AnyText.Any
        from amount in Samples.Amounts
        from fingerprint in AnyText.OrNull
        from created in Gen.Choose(0, int.MaxValue)
        from milliseconds in Gen.Choose(0, 999)
        from life in Gen.Choose(1, 1_000_000)
        select new HoldAnswer
        {
            Id = id, FeatureCode = feature, Amount = amount, Fingerprint = fingerprint,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(created).AddMilliseconds(milliseconds),
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(created).AddMilliseconds(milliseconds).AddSeconds(life),
        };

    [Fact]
    public void Header_and_claims_are_written_as_the_serializer_writes_them_and_signed_as_they_are()
    {
        var key = LeaseKey.Generate();
        using var verifier = ECDsa.Create(key.Parameters);
        Samples.Check(
            "lease tokens", Cases, from lease in Leases from license in AnyText.Any from issuer in AnyText.Any select (lease, license, issuer),
            sample =>
            {
                var (lease, license, issuer) = sample;
                var parts = Sign(key, issuer, license, lease).Split('.');
                Assert.Equal(
                    JsonSerializer.Serialize(new { alg = "ES256", typ = "JWT", kid = key.Id }, SerializerForm.Escaped), Text(parts[0]));
                Assert.Equal(
                    JsonSerializer.Serialize(
                        new
                        {
                            iss = issuer, sub = license, jti = lease.Id, feature_code = lease.FeatureCode, amount = lease.Amount,
                            fingerprint = lease.Fingerprint, iat = lease.CreatedAt.ToUnixTimeSeconds(),
                            exp = lease.ExpiresAt.ToUnixTimeSeconds(),
                        },
                        SerializerForm.Escaped),
                    Text(parts[1]));
                Assert.True(verifier.VerifyData(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
            });
    }

    [Fact]
    public void A_keys_id_is_the_hash_of_what_the_serializer_writes_of_it()
    {
        for (var i = 0; i < 20; i++)
        {
            var key = LeaseKey.Generate();
            var json = JsonSerializer.SerializeToUtf8Bytes(new { crv = "P-256", kty = "EC", x = key.X, y = key.Y });
            Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(json)), key.Id);
        }
    }

    private static string Sign(LeaseKey key, string issuer, string license, HoldAnswer lease)
    {
        var signing = new LeaseTokens(new OneKey(key), Options.Create(new ApiOptions { Issuer = issuer }))
            .SignAsync(license, lease, CancellationToken.None).AsTask();
        Assert.True(signing.IsCompletedSuccessfully);
        return signing.Result;
    }

    private static string Text(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    private sealed class OneKey(LeaseKey key) : ILeaseKeys
    {
        public ValueTask<IReadOnlyList<LeaseKey>> ReadAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<LeaseKey>>([key]);
    }
}
