"""A nightly job: read the day's orders, check them, add them up by region, sign and publish the sum."""
