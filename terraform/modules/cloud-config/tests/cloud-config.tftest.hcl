variables {
  environments = { "/etc/smartcloudops/bot.env" = { SLACK_CHANNEL = "C012AB3CD", POLL_CRON = "*/30 * * * * *" } }
  scripts      = { "/opt/smartcloudops/bin/set-up.sh" = "#!/usr/bin/env bash\necho \"$HOME: 100%\"\n" }
  files        = { "/etc/systemd/system/one.service" = "[Service]\nExecStart=/bin/true\n" }
  start        = "one.service"
}

run "it_is_a_cloud_config" {
  command = plan

  assert {
    condition     = split("\n", output.text)[0] == "#cloud-config"
    error_message = "cloud-init would not know it"
  }

  assert {
    condition     = length(yamldecode(output.text).write_files) == 3
    error_message = "a file is missing"
  }

  assert {
    condition     = yamldecode(output.text).runcmd[1][4] == "one.service"
    error_message = "nothing is started"
  }
}

run "a_script_arrives_as_it_is_and_can_be_run" {
  command = plan

  assert {
    condition     = contains([for file in yamldecode(output.text).write_files : "${file.permissions} ${file.content}"], "0755 #!/usr/bin/env bash\necho \"$HOME: 100%\"\n")
    error_message = "the script is another one"
  }

  assert {
    condition     = contains([for file in yamldecode(output.text).write_files : "${file.permissions} ${file.content}"], "0644 [Service]\nExecStart=/bin/true\n")
    error_message = "the unit is another one"
  }
}

run "an_environment_can_be_read_by_a_shell_and_by_systemd" {
  command = plan

  assert {
    condition     = contains([for file in yamldecode(output.text).write_files : file.content], "POLL_CRON='*/30 * * * * *'\nSLACK_CHANNEL='C012AB3CD'\n")
    error_message = "the environment is written in another way"
  }
}

run "a_value_that_would_leave_its_quotes" {
  command = plan

  variables {
    environments = { "/etc/smartcloudops/bot.env" = { SLACK_CHANNEL = "C012AB3CD'\nAPI_KEY='x" } }
  }

  expect_failures = [var.environments]
}
